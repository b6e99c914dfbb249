import { useId, useState, type FormEvent } from 'react';
import { tokenIn } from '../../api/login.ts';
import { useServices } from '../../app/console-services.ts';
import { Button } from '../../ui/button.tsx';
import { Logo } from '../../ui/logo.tsx';
import { TextField } from '../../ui/text-field.tsx';
import './login-screen.css';

/** The way in: a one-time link, opened or pasted. */
export function LoginScreen({ problem }: { problem: string | null }) {
  const { login } = useServices();
  const [text, setText] = useState('');
  const [busy, setBusy] = useState(false);
  const [unreadable, setUnreadable] = useState(false);
  const titleId = useId();

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const token = tokenIn(text);
    setUnreadable(token === null);
    if (token === null) return;
    setBusy(true);
    await login.enterWith(token);
    setBusy(false);
  };

  const fieldProblem = unreadable
    ? 'This is neither a login link nor a token. Copy the whole line the command printed.'
    : problem;
  return (
    <main className="login">
      <form
        className="login-card"
        aria-labelledby={titleId}
        onSubmit={(event) => void submit(event)}
      >
        <Logo size={30} />
        <h1 id={titleId}>Log in to Nocturne</h1>
        <p className="muted">
          You get in with a one-time link. On a machine that runs Nocturne, this prints one:
        </p>
        <pre className="login-command mono">nocturne user login-link</pre>
        <TextField
          label="Login link or token"
          value={text}
          onChange={setText}
          problem={fieldProblem}
          mono
        />
        <Button type="submit" look="primary" disabled={busy || text.trim() === ''}>
          {busy ? 'Logging in' : 'Log in'}
        </Button>
        <p className="muted login-note">
          A link works once and for a short time. Whoever already has the console open as an
          administrator can make one for you from the user menu.
        </p>
      </form>
    </main>
  );
}
