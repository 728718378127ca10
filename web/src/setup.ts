// The setup token, which `hearken serve` prints for whoever started it: with it the page may show and choose folders.
import { createStore } from './store';

const key = 'setup';

function remembered(): string {
  try {
    return sessionStorage.getItem(key) ?? '';
  } catch {
    return '';
  }
}

/** Empty: this page was opened without it. */
export const setup = createStore(remembered());

/** It lasts as long as this tab: the server makes a new one when it is started again. */
export function keepSetup(token: string): void {
  setup.set(token);
  try {
    if (token) sessionStorage.setItem(key, token);
    else sessionStorage.removeItem(key);
  } catch {
    // a forbidden storage: it lasts as long as the page
  }
}

export const setupHeader = () => ({ 'X-Hearken-Setup': setup.get() });
