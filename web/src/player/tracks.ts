// Tracks as something to play: one, or a list of them as the queue.
import { title } from '../format';
import type { Track } from '../schema';
import { say } from '../notice';
import { player, playOrPauseIn, playQueue, queue } from './player';
import { mostQueued, queueOf, whole, withAdded, type Clip, type Entry } from './queue';

export const clipOfTrack = (track: Track): Clip => ({
  sound: { track: track.id },
  title: title(track),
  by: track.artist,
  album: track.album,
  start: 0,
  end: track.duration,
  duration: track.duration,
});

export const entryOfTrack = (track: Track): Entry => whole(clipOfTrack(track));

/** A track of a list, then those behind it; pauses what plays already. */
export const playTracks = (tracks: Track[], at: number) => playOrPauseIn(queueOf(tracks.map(entryOfTrack), at, true));

export function playAll(tracks: Track[]): void {
  if (tracks.length) playQueue(queueOf(tracks.map(entryOfTrack), 0, true));
}

/** Behind what plays; without anything that plays they begin. */
export function addToQueue(tracks: Track[], where: 'next' | 'last'): void {
  const before = queue.get();
  if (player.get() === null) playAll(tracks);
  else if (before.entries.length >= mostQueued) say('The queue is full.', { bad: true });
  else {
    queue.set(withAdded(before, tracks.map(entryOfTrack), where));
    const name = tracks.length === 1 && tracks[0] ? title(tracks[0]) : `${tracks.length} tracks`;
    say(where === 'next' ? `Plays next: ${name}` : `In the queue: ${name}`, { undo: () => queue.set(before) });
  }
}
