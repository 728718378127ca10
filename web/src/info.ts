// What the server is and has, asked once and after every change of the library.
import { call } from './api';
import { revivals } from './load';
import type { Facets, Info, Sources } from './schema';
import { createStore } from './store';

export const info = createStore<Info | null>(null);
export const facets = createStore<Facets | null>(null);
export const sources = createStore<Sources | null>(null);

export async function refreshInfo(): Promise<void> {
  // The connection's own state tells when this fails; it is done again when the server is back.
  await Promise.all([
    call('GET /api/v1/info', {}).then(info.set, () => undefined),
    call('GET /api/v1/facets', {}).then(facets.set, () => undefined),
    call('GET /api/v1/sources', {}).then(sources.set, () => undefined),
  ]);
}

revivals.follow(() => void refreshInfo());
