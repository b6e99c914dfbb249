/**
 * The entry with everything of Electron stood in for: shows that the parts are put together, not that Electron takes
 * them. Real Electron is electron-shell.test.ts.
 */
import { EventEmitter, once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import type { ContractRouterClient } from '@orpc/contract';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Contract } from '../../core/contract/contract.ts';
import { testDatabase, type TestDatabase } from '../support/database.ts';

const fake = vi.hoisted(() => ({
  dataDir: '',
  happened: [] as string[],
  windows: [] as { options: Record<string, unknown>; urls: string[]; close: () => void }[],
  app: null as unknown as EventEmitter,
  ipcMain: null as unknown as EventEmitter,
}));

vi.mock('electron', async () => {
  const { EventEmitter } = await import('node:events');
  const note = (what: string) => () => void fake.happened.push(what);
  fake.ipcMain = new EventEmitter();
  fake.app = Object.assign(new EventEmitter(), {
    enableSandbox: note('sandbox'),
    requestSingleInstanceLock: () => true,
    whenReady: () => Promise.resolve(note('ready')()),
    getPath: () => fake.dataDir,
    getVersion: () => '0.1.0',
    setAsDefaultProtocolClient: (scheme: string) => note(`links ${scheme}`)(),
    exit: (code: number) => fake.app.emit('exited', code),
    quit: note('quit'),
  });
  class BrowserWindow extends EventEmitter {
    static getFocusedWindow = () => null;
    readonly urls: string[] = [];
    readonly options: Record<string, unknown>;
    readonly webContents = { getURL: () => this.urls.at(-1) };
    constructor(options: Record<string, unknown>) {
      super();
      this.options = options;
      fake.windows.push(this);
    }
    loadURL = (url: string) => Promise.resolve(void this.urls.push(url));
    getNormalBounds = () => ({ x: 10, y: 20, width: 800, height: 600 });
    isMaximized = () => false;
    isFullScreen = () => false;
    isMinimized = () => false;
    focus = note('focus');
    close() {
      this.emit('close');
      this.emit('closed');
    }
  }
  class MessageChannelMain {
    readonly port1: unknown;
    readonly port2: unknown;
    constructor() {
      const { port1, port2 } = new MessageChannel();
      // Electron's port emits events with `data`, Node's the message itself.
      const on = (event: string, listener: (event?: unknown) => void) =>
        port1.on(event, (data: unknown) => listener({ data }));
      this.port1 = Object.assign(Object.create(port1) as object, {
        on,
        postMessage: (message: unknown) => port1.postMessage(message),
        start: () => port1.start(),
        close: () => port1.close(),
      });
      this.port2 = port2;
    }
  }
  const display = { id: 1, workArea: { x: 0, y: 0, width: 1_920, height: 1_080 } };
  return {
    app: fake.app,
    ipcMain: fake.ipcMain,
    BrowserWindow,
    MessageChannelMain,
    dialog: { showErrorBox: (_title: string, text: string) => note(text)() },
    Menu: { buildFromTemplate: () => null, setApplicationMenu: note('menu') },
    protocol: { registerSchemesAsPrivileged: note('scheme'), handle: note('files') },
    screen: { getPrimaryDisplay: () => display, getAllDisplays: () => [display] },
    session: {
      defaultSession: Object.assign(new EventEmitter(), {
        setPermissionRequestHandler: note('permissions'),
        setPermissionCheckHandler: () => {},
        setDevicePermissionHandler: () => {},
        setDisplayMediaRequestHandler: () => {},
      }),
    },
    shell: {},
  };
});

let db: TestDatabase;

beforeAll(async () => {
  db = await testDatabase();
  fake.dataDir = await mkdtemp(path.join(os.tmpdir(), 'nocturne-entry-'));
  vi.stubEnv('DATABASE_URL', db.url);
  await import('../../src-main/index.ts');
  await vi.waitUntil(() => fake.windows.length === 1);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(fake.dataDir, { recursive: true, force: true });
  await db[Symbol.asyncDispose]();
});

test('scheme and sandbox are declared before anything is ready', () => {
  expect(fake.happened.slice(0, 3)).toEqual(['scheme', 'sandbox', 'ready']);
  expect(fake.happened).toEqual(
    expect.arrayContaining(['files', 'permissions', 'menu', 'links nocturne']),
  );
});

test('the window is locked down and shows the console', () => {
  expect(fake.windows[0]).toMatchObject({
    urls: ['app://nocturne/console/'],
    options: {
      webPreferences: {
        sandbox: true,
        contextIsolation: true,
        nodeIntegration: false,
        webviewTag: false,
        preload: expect.stringMatching(/preload[/\\]preload\.cjs$/),
      },
    },
  });
});

test('a page that asks gets a port, and the operations over it', async () => {
  const handed = Promise.withResolvers<MessagePort>();
  fake.ipcMain.emit('nocturne:connect', {
    senderFrame: {
      url: 'app://nocturne/console/',
      parent: null,
      postMessage: (_channel: string, _message: unknown, ports: MessagePort[]) =>
        handed.resolve(ports[0]!),
    },
  });
  const port = await handed.promise;
  const client: ContractRouterClient<Contract> = createORPCClient(new RPCLink({ port }));
  port.start();
  await expect(client.device.list({})).resolves.toEqual({ devices: [], total: 0 });
  port.close();
});

test('a link to a second start comes to the front here; a bad one is told', () => {
  const id = '0190a000-0000-7000-8000-000000000001';
  fake.app.emit('second-instance', {}, ['nocturne', `nocturne://dashboard/${id}?from=now-1h`]);
  expect(fake.windows[0]?.urls.at(-1)).toBe(`app://nocturne/console/dashboards/${id}?range=1h`);
  fake.app.emit('second-instance', {}, ['nocturne', 'nocturne://settings/x']);
  expect(fake.happened.at(-1)).toBe('links lead to dashboards, not to "settings"');
});

test('it remembers its windows and ends after its services', async () => {
  const exited = once(fake.app, 'exited');
  fake.app.emit('before-quit');
  for (const window of fake.windows) window.close();
  fake.app.emit('will-quit', { preventDefault: () => {} });
  expect(await exited).toEqual([0]);
  const places = JSON.parse(await readFile(path.join(fake.dataDir, 'windows.json'), 'utf8'));
  expect(places).toMatchObject([
    { bounds: { x: 10, y: 20 }, path: expect.stringMatching(/^\/console\/dashboards\//) },
  ]);
});
