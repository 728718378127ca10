// Waveforms from the server: a few requests at a time, what is seen first, and none twice.
import { useEffect, useState } from 'react';
import { ApiError, patiently, soundKey, type Sound } from './api';
import { useHas } from './info';
import type { Peaks } from './schema';

export const peakCount = 240;
const mostAtOnce = 3;
const mostKept = 2000;

const known = new Map<string, Peaks | null>(); // null: it has none
interface Wish {
  sound: Sound;
  listeners: Set<() => void>;
}
const waiting = new Map<string, Wish>(); // the newest is served first: it is what is on the screen
const loading = new Map<string, Wish>();

function next(): void {
  if (loading.size >= mostAtOnce) return;
  const last = [...waiting].at(-1);
  if (!last) return;
  const [key, wish] = last;
  waiting.delete(key);
  loading.set(key, wish);
  void load(wish.sound)
    .then((peaks) => {
      if (peaks === undefined) return;
      if (known.size >= mostKept) known.delete(known.keys().next().value as string);
      known.set(key, peaks);
      for (const listener of wish.listeners) listener();
    })
    .finally(() => {
      loading.delete(key);
      next();
    });
}

async function load(sound: Sound): Promise<Peaks | null | undefined> {
  try {
    const query = { count: peakCount };
    return 'track' in sound
      ? await patiently('GET /api/v1/tracks/{track}/peaks', { path: sound, query })
      : await patiently('GET /api/v1/uploads/{upload}/peaks', { path: sound, query });
  } catch (error) {
    // Not there or damaged stays so; busy or gone may pass.
    return error instanceof ApiError && error.status >= 400 && error.status < 500 ? null : undefined;
  }
}

/** undefined: not known yet; null: there is none. */
export function usePeaks(of: Sound): Peaks | null | undefined {
  const there = useHas('sound') || 'upload' in of;
  const sound = there ? of : null;
  const key = sound ? soundKey(sound) : '';
  const [, redraw] = useState(0);
  useEffect(() => {
    if (!sound || known.has(key)) return;
    const underway = loading.get(key);
    const wish = underway ?? waiting.get(key) ?? { sound, listeners: new Set() };
    const listener = () => redraw((n) => n + 1);
    wish.listeners.add(listener);
    if (!underway) {
      waiting.delete(key);
      waiting.set(key, wish);
      next();
    }
    return () => {
      wish.listeners.delete(listener);
      if (wish.listeners.size === 0 && waiting.get(key) === wish) waiting.delete(key);
    };
    // The key says which sound it is; the object may be a new one at each drawing.
  }, [key]);
  return key ? known.get(key) : null;
}
