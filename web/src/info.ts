// What the server is and has, asked once and after every change of the library.
import { call } from './api';
import { revivals } from './load';
import type { Facets, Info, Sources } from './schema';
import { createStore, useStore } from './store';

export const info = createStore<Info | null>(null);
export const facets = createStore<Facets | null>(null);
export const sources = createStore<Sources | null>(null);

type Part = 'library' | 'sound' | 'match' | 'playlists' | 'ratings' | 'map' | 'folders';

/** Whether the server has this; one that searches an engine has no library. As long as that is not known it has all. */
export const has = (part: Part): boolean => info.get()?.can.includes(part) ?? true;
export const useHas = (part: Part): boolean => useStore(info)?.can.includes(part) ?? true;

export async function refreshInfo(): Promise<void> {
  // The connection's own state tells when this fails; it is done again when the server is back.
  await call('GET /api/v1/info', {}).then(info.set, () => undefined);
  if (!has('library')) return;
  await Promise.all([call('GET /api/v1/facets', {}).then(facets.set, () => undefined), call('GET /api/v1/sources', {}).then(sources.set, () => undefined)]);
}

revivals.follow(() => void refreshInfo());
