// The titles of the points on the screen, once they are few enough to be read.
import { useEffect, useRef, useState } from 'react';
import { call } from '../api';
import { title } from '../format';
import type { Plot } from './plot';

export const mostTitles = 60;

const known = new Map<number, string>(); // by track
const pause = 150; // milliseconds that the map stands still before titles are asked for

/** Of the points that are to be named those whose titles are known; `more` is called when there are more. */
export function useTitles(plot: Plot, more: () => void) {
  const [wanted, setWanted] = useState<number[]>([]);
  const latest = useRef(wanted);
  latest.current = wanted;
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  useEffect(() => {
    const missing = wanted.map((i) => plot.data.id[i] as number).filter((id) => !known.has(id));
    if (missing.length === 0) {
      more();
      return;
    }
    const abort = new AbortController();
    call('GET /api/v1/tracks', { query: { id: missing } }, { signal: abort.signal }).then(
      ({ tracks }) => {
        for (const track of tracks) known.set(track.id, title(track));
        more();
      },
      () => undefined, // the points stay without names
    );
    return () => abort.abort();
  }, [wanted, plot]);
  return {
    /** `find` says which points are seen, when the map stands still. */
    look: (find: () => number[]) => {
      clearTimeout(timer.current);
      timer.current = setTimeout(() => {
        const next = find();
        setWanted((now) => (now.length === next.length && next.every((one, i) => one === now[i]) ? now : next));
      }, pause);
    },
    of: () =>
      latest.current.flatMap((i) => {
        const text = known.get(plot.data.id[i] as number);
        return text === undefined ? [] : [{ text, x: plot.data.x[i] as number, y: plot.data.y[i] as number }];
      }),
  };
}
