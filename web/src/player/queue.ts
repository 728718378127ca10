// What plays after what: a list of sounds, a place in it, and whether it goes on by itself. Pure; nothing here plays.
import { soundKey, type Sound } from '../api';

export interface Clip {
  sound: Sound;
  title: string;
  by?: string; // the artist
  album?: string;
  start: number;
  end: number;
  duration: number; // of the whole sound
}

/** The query's moment and the match, when there are two to compare. */
export type Pair = { query: Clip; match: Clip } | null;

export interface Entry {
  clip: Clip;
  whole: boolean; // from clip.start to the sound's end; else the moment
  pair?: Pair;
}

export interface Queue {
  entries: Entry[];
  at: number; // -1: before the first
  goesOn: boolean; // the next one begins when one ends; moments that are tried out do not
}

export const noQueue: Queue = { entries: [], at: -1, goesOn: false };
export const mostQueued = 500;

export const sameClip = (a: Clip | null | undefined, b: Clip) => !!a && soundKey(a.sound) === soundKey(b.sound) && a.start === b.start && a.end === b.end;

export const sameEntry = (a: Entry, b: Entry) =>
  a.whole === b.whole && (a.whole ? soundKey(a.clip.sound) === soundKey(b.clip.sound) : sameClip(a.clip, b.clip));

/** A whole sound, from its start. */
export const whole = (clip: Clip): Entry => ({ clip: { ...clip, start: 0, end: clip.duration }, whole: true });

/** Of a long list the part around the place that is wanted. */
export function queueOf(entries: Entry[], at: number, goesOn: boolean): Queue {
  const first = Math.max(0, Math.min(at - Math.floor(mostQueued / 4), entries.length - mostQueued));
  return { entries: entries.slice(first, first + mostQueued), at: at - first, goesOn };
}

export const current = (queue: Queue): Entry | null => queue.entries[queue.at] ?? null;
export const following = (queue: Queue): Entry | null => queue.entries[queue.at + 1] ?? null;

/** The queue `by` places on; null where it has none there. */
export const moved = (queue: Queue, by: number): Queue | null => (queue.entries[queue.at + by] ? { ...queue, at: queue.at + by } : null);

/** Behind the current one, or at the end. It goes on by itself from then on: whoever queues wants to hear it. */
export function withAdded(queue: Queue, added: Entry[], where: 'next' | 'last'): Queue {
  const place = where === 'next' ? queue.at + 1 : queue.entries.length;
  const room = Math.max(0, mostQueued - queue.entries.length);
  return { ...queue, entries: [...queue.entries.slice(0, place), ...added.slice(0, room), ...queue.entries.slice(place)], goesOn: true };
}

/** Where the current one is taken out, it plays to its end, and the one behind it is next. */
export function without(queue: Queue, index: number): Queue {
  const entries = queue.entries.filter((_, i) => i !== index);
  return { ...queue, entries, at: index <= queue.at ? queue.at - 1 : queue.at };
}

/** One step up or down; what plays stays what plays. */
export function shifted(queue: Queue, index: number, by: 1 | -1): Queue {
  const to = index + by;
  const entries = [...queue.entries];
  const [one, other] = [entries[index], entries[to]];
  if (!one || !other) return queue;
  entries[index] = other;
  entries[to] = one;
  return { ...queue, entries, at: queue.at === index ? to : queue.at === to ? index : queue.at };
}

/** What a browser keeps: uploads are forgotten by the server, so they are left out. */
export function lasting(queue: Queue): Queue {
  const stays = (entry: Entry) => 'track' in entry.clip.sound;
  const before = queue.entries.slice(0, Math.max(0, queue.at)).filter(stays).length;
  const now = current(queue);
  const entries = queue.entries.filter(stays).map(({ clip, whole: all }) => ({ clip, whole: all }));
  return { entries, at: entries.length === 0 ? -1 : Math.min(entries.length - 1, now && !stays(now) ? Math.max(0, before - 1) : before), goesOn: queue.goesOn };
}

/** What was kept may be of an earlier page, or anything. */
export function readQueue(value: unknown): Queue {
  const { entries, at, goesOn } = (value ?? {}) as Partial<Queue>;
  if (!Array.isArray(entries) || !entries.every(isEntry) || !Number.isInteger(at) || entries.length === 0) return noQueue;
  return { entries: entries.slice(0, mostQueued), at: Math.max(-1, Math.min(entries.length - 1, at as number)), goesOn: goesOn === true };
}

function isEntry(value: unknown): value is Entry {
  const { clip, whole: all } = (value ?? {}) as Partial<Entry>;
  return (
    typeof all === 'boolean' &&
    typeof clip?.title === 'string' &&
    [clip.start, clip.end, clip.duration].every(Number.isFinite) &&
    Number.isInteger((clip.sound as { track?: unknown } | undefined)?.track)
  );
}
