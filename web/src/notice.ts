// Short words to the user: shown for a moment, and read out by screen readers.
import { createStore } from './store';

export interface Notice {
  id: number;
  text: string;
  bad: boolean;
  undo?: () => void;
}

export const notices = createStore<Notice[]>([]);
/** Read out but not shown: what a glance at the page tells. */
export const spoken = createStore('');

let last = 0;

export function say(text: string, { bad = false, undo }: { bad?: boolean; undo?: () => void } = {}): void {
  const id = ++last;
  notices.set((now) => [...now.filter((one) => one.bad).slice(-1), { id, text, bad, undo }]);
  setTimeout(() => dismiss(id), bad ? 9000 : 5000);
}

export const dismiss = (id: number) => notices.set((now) => now.filter((one) => one.id !== id));
