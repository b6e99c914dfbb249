import './zod-without-code.ts';
import '@fontsource-variable/inter';
import '@fontsource-variable/jetbrains-mono';
import './theme/tokens.css';
import './theme/base.css';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { connectDesktop } from './api/desktop-connection.ts';
import { failureOf } from './api/failure.ts';
import { connectWeb } from './api/web-connection.ts';
import { App } from './app/app.tsx';
import { ConsoleServicesContext, createConsoleServices } from './app/console-services.ts';
import { followHistory } from './route/navigation.ts';
import { applyTheme } from './settings/settings.ts';

const desktop = location.protocol === 'app:';
const services = createConsoleServices(
  desktop ? connectDesktop(globalThis.window) : connectWeb(location.origin),
);
const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      // The link itself waits for a connection; only what never left is worth sending again.
      retry: (count, error) => failureOf(error).kind === 'offline' && count < 2,
      networkMode: 'always',
    },
    mutations: { networkMode: 'always' },
  },
});

applyTheme();
followHistory();

const root = document.getElementById('root');
if (root === null) throw new Error('the page has no #root element');
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <ConsoleServicesContext value={services}>
        <App />
      </ConsoleServicesContext>
    </QueryClientProvider>
  </StrictMode>,
);
