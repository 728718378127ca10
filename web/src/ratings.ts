// Thumbs: what was changed here, over what the server's answers say.
import { asApiError, call } from './api';
import { say } from './notice';
import type { Track } from './schema';
import { createStore } from './store';

type Thumb = -1 | 0 | 1;
export const ratings = createStore<ReadonlyMap<number, Thumb>>(new Map());

export const ratingOf = (track: Track, changed: ReadonlyMap<number, Thumb>): Thumb => changed.get(track.id) ?? track.rating;

const put = (id: number, rating: Thumb) => ratings.set((now) => new Map(now).set(id, rating));

export async function rate(track: Track, wanted: 1 | -1): Promise<void> {
  const before = ratingOf(track, ratings.get());
  const rating = before === wanted ? 0 : wanted;
  put(track.id, rating);
  try {
    await call('PUT /api/v1/tracks/{track}/rating', { path: { track: track.id }, body: { rating } });
  } catch (error) {
    put(track.id, before);
    say(`Not rated: ${asApiError(error).message}`, { bad: true });
  }
}
