// The address bar as the page's state: which page, and everything that was asked.
import { useSyncExternalStore } from 'react';
import { createStore } from './store';

const place = createStore(location.pathname + location.search);
addEventListener('popstate', () => place.set(location.pathname + location.search));

export function usePlace(): { path: string; parameters: URLSearchParams; text: string } {
  const text = useSyncExternalStore(place.follow, place.get);
  const mark = text.indexOf('?');
  return { path: mark < 0 ? text : text.slice(0, mark), parameters: new URLSearchParams(mark < 0 ? '' : text.slice(mark + 1)), text };
}

/** `replace` is for what nobody would want to go back to. */
export function go(to: string, replace = false): void {
  if (to === place.get()) return;
  history[replace ? 'replaceState' : 'pushState'](null, '', to);
  place.set(to);
}
