/** The console's windows: locked down, and back where they stood. */
import { BrowserWindow, screen } from 'electron';
import path from 'node:path';
import { consoleHome, consolePathOf, consoleUrl } from './app-origin.ts';
import { fitWindowPlace, type WindowPlace } from './window-place.ts';
import { readWindowPlaces, writeWindowPlaces } from './window-place-file.ts';

const preload = path.join(import.meta.dirname, '../preload/preload.cjs');

/** The console's own background, so that a window does not flash white before its page is there. */
const backgroundColor = '#0b0e14';

export class ConsoleWindows {
  readonly #dataDir: string;
  readonly #open = new Set<BrowserWindow>();
  #ending = false;

  constructor(dataDir: string) {
    this.#dataDir = dataDir;
  }

  /** Opens the windows of the last time, or one. */
  restore(): void {
    const places = readWindowPlaces(this.#dataDir);
    if (places.length === 0) this.#add(null);
    for (const place of places) this.#add(place);
  }

  /** @param consolePath of the console; its start page when left out */
  openNew(consolePath = consoleHome): void {
    this.#add(null, consolePath);
  }

  /** Brings a window to the front, at a path where one is given. */
  show(consolePath: string | null): void {
    const window = BrowserWindow.getFocusedWindow() ?? [...this.#open][0];
    if (window === undefined) return this.openNew(consolePath ?? undefined);
    if (window.isMinimized()) window.restore();
    window.focus();
    if (consolePath !== null) void window.loadURL(consoleUrl(consolePath));
    return undefined;
  }

  /** All windows as they stand, when the program ends; those that it then closes are not forgotten one by one. */
  rememberForGood(): void {
    this.#remember();
    this.#ending = true;
  }

  #remember(): void {
    if (this.#ending || this.#open.size === 0) return;
    writeWindowPlaces(this.#dataDir, [...this.#open].map(placeOf));
  }

  #add(remembered: WindowPlace | null, consolePath?: string): void {
    const place = fitWindowPlace(remembered, workAreas());
    const window = new BrowserWindow({
      ...place.bounds,
      show: false,
      backgroundColor,
      title: 'Nocturne',
      webPreferences: {
        preload,
        sandbox: true,
        contextIsolation: true,
        nodeIntegration: false,
        webviewTag: false,
        navigateOnDragDrop: false,
        spellcheck: false,
      },
    });
    if (place.maximized) window.maximize();
    if (place.fullScreen) window.setFullScreen(true);
    window.once('ready-to-show', () => window.show());
    // Closed one by one, windows are done with; the last one closed is where the next start begins.
    window.on('close', () => this.#open.size === 1 && this.#remember());
    window.on('closed', () => this.#open.delete(window));
    this.#open.add(window);
    void window.loadURL(consoleUrl(consolePath ?? place.path));
  }
}

function placeOf(window: BrowserWindow): WindowPlace {
  return {
    bounds: window.getNormalBounds(),
    maximized: window.isMaximized(),
    fullScreen: window.isFullScreen(),
    path: consolePathOf(window.webContents.getURL()) ?? consoleHome,
  };
}

function workAreas() {
  const primary = screen.getPrimaryDisplay();
  const others = screen.getAllDisplays().filter(({ id }) => id !== primary.id);
  return [primary, ...others].map(({ workArea }) => workArea);
}
