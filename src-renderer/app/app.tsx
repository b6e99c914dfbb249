import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useStore } from '../settings/store.ts';
import { replaceRoute } from '../route/navigation.ts';
import { parsePlace } from '../route/route.ts';
import { toastStore } from '../ui/toast-store.ts';
import { LoginScreen } from '../screens/login/login-screen.tsx';
import { tokenIn } from '../api/login.ts';
import { ConsoleShell } from './console-shell.tsx';
import { useServices } from './console-services.ts';
import { Splash } from './splash.tsx';

const recheckEveryMs = 5_000;

/** Who is there decides what is shown: the console, or the way in. */
export function App() {
  const { login } = useServices();
  const state = useStore(login.state);

  useEffect(() => {
    void enter(login);
    const followLink = () => {
      if (location.hash.startsWith('#token=')) void enter(login);
    };
    addEventListener('hashchange', followLink);
    return () => removeEventListener('hashchange', followLink);
  }, [login]);

  useEffect(() => {
    if (state.kind !== 'unreachable') return undefined;
    const timer = setInterval(() => void login.check(), recheckEveryMs);
    return () => clearInterval(timer);
  }, [state.kind, login]);

  // Who comes next sees what that person may, and undoes nothing that somebody else did.
  const queries = useQueryClient();
  useEffect(() => {
    if (state.kind !== 'out') return;
    queries.clear();
    toastStore.set([]);
  }, [state.kind, queries]);

  switch (state.kind) {
    case 'checking':
      return <Splash message="Connecting" />;
    case 'unreachable':
      return <Splash message={state.problem} />;
    case 'out':
      return <LoginScreen problem={state.problem} />;
    case 'in':
      return <ConsoleShell />;
    default:
      return state satisfies never;
  }
}

/** A login link carries its token behind the `#`, which never reaches a server's log; here it leaves the address too. */
async function enter(login: ReturnType<typeof useServices>['login']): Promise<void> {
  const onLogin = parsePlace(location.pathname, '').route.screen === 'login';
  const token = onLogin && location.hash !== '' ? tokenIn(location.hash) : null;
  if (token === null) {
    await login.check();
  } else {
    history.replaceState(null, '', location.pathname);
    await login.enterWith(token);
  }
  if (onLogin && login.state.get().kind === 'in') replaceRoute({ screen: 'home' });
}
