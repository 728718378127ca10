// What the browser keeps of the player: the queue and the place in it, so that the page comes back where it was left.
import { info } from '../info';
import { keep, kept } from '../store';
import { player, position, queue, show, stop } from './player';
import { current, lasting, noQueue, readQueue, type Entry } from './queue';

interface Left {
  library: string; // numbers of tracks mean something in one library only
  queue: unknown;
  apart: unknown; // what plays, where the queue does not have it
  at: number; // seconds
}

const key = 'player';

function write(): void {
  const now = player.get();
  const library = info.get()?.library.name;
  if (library === undefined) return;
  if (!now || !('track' in now.clip.sound)) {
    keep(key, null);
    return;
  }
  const apart: Entry = { clip: now.clip, whole: now.whole };
  keep(key, { library, queue: lasting(queue.get()), apart, at: position.get() } satisfies Left);
}

/** Once, before the page is drawn. What it brings back is paused. */
export function remember(): void {
  const left = kept<Left | null>(key, null);
  const apart = readQueue({ entries: [left?.apart], at: 0 });
  const entry = current(apart);
  if (left && entry) {
    queue.set(readQueue(left.queue));
    show(entry, Number.isFinite(left.at) ? Math.max(0, Math.min(entry.clip.duration, left.at)) : 0);
    const check = info.follow(() => {
      const name = info.get()?.library.name;
      if (name === undefined) return;
      check();
      if (name !== left.library && player.get()?.state === 'paused') stop();
    });
  } else queue.set(noQueue);
  let waits = false;
  const soon = () => {
    if (waits) return;
    waits = true;
    setTimeout(() => {
      waits = false;
      write();
    }, 2000);
  };
  player.follow(soon);
  queue.follow(soon);
  position.follow(soon);
  addEventListener('pagehide', write);
}
