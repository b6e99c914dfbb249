/** Short messages in the corner, some with a way to undo what they tell. */
import { createStore } from '../settings/store.ts';

export interface Toast {
  readonly id: number;
  readonly text: string;
  readonly urgent: boolean;
  readonly action: { readonly label: string; readonly run: () => void } | null;
}

export const toastStore = createStore<readonly Toast[]>([]);
let nextId = 1;

export function showToast({
  text,
  urgent = false,
  action = null,
}: Partial<Omit<Toast, 'id'>> & { text: string }): void {
  const id = nextId;
  nextId += 1;
  toastStore.set([...toastStore.get().slice(-3), { id, text, urgent, action }]);
}

export function dismissToast(id: number): void {
  toastStore.set(toastStore.get().filter((toast) => toast.id !== id));
}
