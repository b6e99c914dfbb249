/** The moment the pointer is at, shared by every chart on screen. */
import { createStore } from '../../settings/store.ts';

export const cursorTimeStore = createStore<number | null>(null);
