// Files and results dropped anywhere on the page.
import { emptyQuery, fromParameters, queryAddress, readTrack, withItem } from '../query';
import { go } from '../route';
import { createStore } from '../store';

export const trackType = 'application/x-hearken-track';
export const dragged = createStore(false);
export const dropped = createStore<File | null>(null);

const isOurs = (event: DragEvent) =>
  event.dataTransfer !== null && (event.dataTransfer.types.includes('Files') || event.dataTransfer.types.includes(trackType));

export function watchDrops(): void {
  let depth = 0;
  addEventListener('dragenter', (event) => {
    if (!isOurs(event)) return;
    ++depth;
    dragged.set(true);
  });
  addEventListener('dragleave', (event) => {
    if (!isOurs(event) || --depth > 0) return;
    depth = 0;
    dragged.set(false);
  });
  addEventListener('dragend', () => {
    depth = 0;
    dragged.set(false);
  });
  addEventListener('dragover', (event) => {
    if (!isOurs(event) || !event.dataTransfer) return;
    event.preventDefault(); // otherwise the browser opens the file
    event.dataTransfer.dropEffect = 'copy';
  });
  addEventListener('drop', (event) => {
    if (!isOurs(event)) return;
    event.preventDefault();
    depth = 0;
    dragged.set(false);
    const query = location.pathname === '/' ? fromParameters(new URLSearchParams(location.search)) : emptyQuery;
    const track = readTrack(event.dataTransfer?.getData(trackType) ?? '');
    if (track) return go(queryAddress(withItem(query, { ...track, negative: false })));
    const file = event.dataTransfer?.files[0];
    if (!file) return;
    if (location.pathname !== '/') go('/');
    dropped.set(file);
  });
}
