// What a component shows from the server: asked for when its key changes, and again when a lost server is back.
import { useCallback, useEffect, useState } from 'react';
import { asApiError, connection, type ApiError } from './api';
import { createStore, useStore } from './store';

/** Counts how often the server came back. */
export const revivals = createStore(0);

connection.follow(() => {
  if (connection.get() === 'down') void watch();
});

let watching = false;
async function watch(): Promise<void> {
  if (watching) return;
  watching = true;
  for (let pause = 1000; ; pause = Math.min(pause * 1.5, 5000)) {
    await new Promise((resolve) => setTimeout(resolve, pause));
    if (await isBack()) break;
  }
  watching = false;
}

/** Asks whether the server is there; if it is, everything that waits is loaded. */
export async function isBack(): Promise<boolean> {
  try {
    if (!(await fetch('/health', { cache: 'no-store' })).ok) return false;
  } catch {
    return false;
  }
  if (connection.get() === 'down') {
    connection.set('up');
    revivals.set((n) => n + 1);
  }
  return true;
}

export interface Loaded<T> {
  value: T | undefined; // the last one, while the next is under way
  of: string; // the key that the value is of
  error: ApiError | null;
  loading: boolean;
  again: () => void;
}

/** An empty key asks for nothing. */
export function useLoad<T>(key: string, load: (signal: AbortSignal) => Promise<T>): Loaded<T> {
  const [state, setState] = useState<{ value?: T; of: string; error: ApiError | null; loading: boolean }>({ of: '', error: null, loading: key !== '' });
  const [turn, setTurn] = useState(0);
  const revival = useStore(revivals);
  useEffect(() => {
    if (!key) {
      setState({ of: '', error: null, loading: false });
      return;
    }
    const abort = new AbortController();
    setState((now) => ({ ...now, loading: true }));
    load(abort.signal).then(
      (value) => !abort.signal.aborted && setState({ value, of: key, error: null, loading: false }),
      (error: unknown) => !abort.signal.aborted && setState((now) => ({ ...now, of: key, error: asApiError(error), loading: false })),
    );
    return () => abort.abort();
    // `load` is a new function at each drawing; the key says when it would answer differently.
  }, [key, turn, revival]);
  const again = useCallback(() => setTurn((n) => n + 1), []);
  return { value: state.value, of: state.of, error: state.error, loading: state.loading, again };
}
