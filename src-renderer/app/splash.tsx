import { Logo } from '../ui/logo.tsx';
import './splash.css';

/** The page before anybody has answered. */
export function Splash({ message }: { message: string }) {
  return (
    <main className="splash">
      <Logo size={40} />
      <h1>Nocturne</h1>
      <p className="muted" aria-live="polite">
        {message}
      </p>
    </main>
  );
}
