// The playlist basket: gathered here, kept in this browser, saved to the server and exported from there.
import { asApiError, call, exportUrl } from './api';
import { plural, title } from './format';
import { say } from './notice';
import type { Track } from './schema';
import { createStore, keep, kept } from './store';

export interface Basket {
  name: string;
  tracks: Track[];
  playlist: number | null; // the server's, once it was saved
  saved: boolean; // as it is now
}

const nothing: Basket = { name: '', tracks: [], playlist: null, saved: true };
export const basket = createStore<Basket>(kept<Basket>('basket', nothing));
basket.follow(() => keep('basket', basket.get()));
export const basketOpen = createStore(false);

const change = (part: Partial<Basket>) => basket.set((now) => ({ ...now, ...part, saved: false }));

export const inBasket = (id: number) => basket.get().tracks.some((one) => one.id === id);

export function addAll(tracks: Track[]): void {
  const now = basket.get();
  const have = new Set(now.tracks.map((one) => one.id));
  const fresh = tracks.filter((one) => !have.has(one.id));
  if (fresh.length === 0) {
    say('They are in the basket already.');
    return;
  }
  change({ tracks: [...now.tracks, ...fresh] });
  say(fresh.length === 1 ? `In the basket: ${title(fresh[0] as Track)}` : `${plural(fresh.length, 'track')} put into the basket`, {
    undo: () => basket.set(now),
  });
}

export function remove(id: number): void {
  const now = basket.get();
  change({ tracks: now.tracks.filter((one) => one.id !== id) });
}

export const toggleInBasket = (track: Track) => (inBasket(track.id) ? remove(track.id) : addAll([track]));

export function move(index: number, by: number): void {
  const tracks = [...basket.get().tracks];
  const [one] = tracks.splice(index, 1);
  if (one) tracks.splice(Math.max(0, Math.min(tracks.length, index + by)), 0, one);
  change({ tracks });
}

export const rename = (name: string) => change({ name });

export function clearBasket(): void {
  const now = basket.get();
  basket.set(nothing);
  if (now.tracks.length) say('The basket is empty.', { undo: () => basket.set(now) });
}

export const load = (playlist: { id: number; name: string; tracks: Track[] }) =>
  basket.set({ name: playlist.name, tracks: playlist.tracks, playlist: playlist.id, saved: true });

export const defaultName = () => `Playlist of ${new Date().toLocaleDateString('en-GB', { day: 'numeric', month: 'long', year: 'numeric' })}`;

/** The playlist's id on the server, or null after saying why there is none. */
export async function save(): Promise<number | null> {
  const now = basket.get();
  if (now.saved && now.playlist !== null) return now.playlist;
  const body = { name: now.name.trim() || defaultName(), tracks: now.tracks.map((one) => one.id) };
  const create = () => call('POST /api/v1/playlists', { body });
  try {
    const made =
      now.playlist === null
        ? await create()
        : await call('PUT /api/v1/playlists/{playlist}', { path: { playlist: now.playlist }, body }).catch((error: unknown) => {
            if (asApiError(error).status === 404) return create(); // deleted meanwhile
            throw error;
          });
    basket.set((later) => ({ ...later, name: made.name, playlist: made.id, saved: later.tracks === now.tracks }));
    return made.id;
  } catch (error) {
    say(`Not saved: ${asApiError(error).message}`, { bad: true });
    return null;
  }
}

export async function exportAs(format: 'm3u8' | 'xspf'): Promise<void> {
  const id = await save();
  if (id !== null) location.assign(exportUrl(id, format)); // a download: the page stays
}
