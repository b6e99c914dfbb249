/** The desktop's entry: puts the shell around the desktop services. Everything that decides anything is elsewhere. */
import { app, dialog, ipcMain, Menu, MessageChannelMain, protocol, session, shell } from 'electron';
import path from 'node:path';
import { sentenceOf } from '../core/errors.ts';
import { systemClock, systemTimers } from '../core/time.ts';
import { declareAppScheme, serveAppFiles } from './app-protocol.ts';
import { quitCleanly } from './clean-quit.ts';
import { deepLinkIn, deepLinkScheme, parseDeepLink } from './deep-link.ts';
import { createDesktopServices } from './desktop-services.ts';
import { menuTemplate } from './menu.ts';
import { lockNavigation } from './navigation-lock.ts';
import { restrictPermissions } from './permissions.ts';
import { handOverPorts } from './port-hand-over.ts';
import { readSettings } from './settings.ts';
import { ConsoleWindows } from './window.ts';

const rendererFolder = path.join(import.meta.dirname, '../renderer');

/** On macOS a link that starts the program arrives before anything could show it. */
let earlyLink: string | null = null;
app.on('open-url', (event, url) => {
  event.preventDefault();
  earlyLink = url;
});

declareAppScheme(protocol);
app.enableSandbox();

// A second start hands its link to the first and ends; two would fight over the same files.
if (app.requestSingleInstanceLock()) {
  // Not awaited: Electron is ready only after this module has been evaluated.
  app.whenReady().then(start).then(undefined, refuseToStart);
} else {
  app.exit(0);
}

async function start(): Promise<void> {
  const dataDir = app.getPath('userData');
  const services = await createDesktopServices({
    ...(await readSettings(dataDir, process.env)),
    dataDir,
    clock: systemClock,
    timers: systemTimers,
    version: app.getVersion(),
    problem: (sentence) => process.stderr.write(`${sentence}\n`),
  });
  const windows = new ConsoleWindows(dataDir);
  quitCleanly({ app, timers: systemTimers, dispose: () => services[Symbol.asyncDispose]() });
  serveAppFiles(protocol, rendererFolder);
  restrictPermissions(session.defaultSession);
  handOverPorts({
    ipcMain,
    makeChannel: () => new MessageChannelMain(),
    serve: (port) => services.serve(port),
  });
  connectWindows(windows);
  windows.restore();
  openLink(windows, earlyLink ?? deepLinkIn(process.argv));
}

function connectWindows(windows: ConsoleWindows): void {
  app.on('web-contents-created', (_event, contents) =>
    lockNavigation(contents, {
      openWindow: (consolePath) => windows.openNew(consolePath),
      openExternal: (url) => void shell.openExternal(url).catch(() => {}),
    }),
  );
  app.on('before-quit', () => windows.rememberForGood());
  app.on('window-all-closed', () => process.platform === 'darwin' || app.quit());
  app.on('activate', () => windows.show(null));
  app.on('second-instance', (_event, programArguments) => {
    windows.show(null);
    openLink(windows, deepLinkIn(programArguments));
  });
  app.on('open-url', (_event, url) => openLink(windows, url));
  app.setAsDefaultProtocolClient(deepLinkScheme);
  Menu.setApplicationMenu(
    Menu.buildFromTemplate(menuTemplate({ newWindow: () => windows.openNew() }, process.platform)),
  );
}

function openLink(windows: ConsoleWindows, link: string | null): void {
  if (link === null) return;
  const consolePath = parseDeepLink(link);
  if (consolePath.ok) windows.show(consolePath.value);
  else dialog.showErrorBox('This link cannot be opened', consolePath.problem);
}

function refuseToStart(error: unknown): void {
  dialog.showErrorBox('Nocturne cannot start', sentenceOf(error));
  app.exit(1);
}
