// A hit as something to play: its best moment, and the query's moment that found it.
import type { Sound } from '../api';
import { title } from '../format';
import type { Clip, Entry, Pair } from '../player/queue';
import { createStore } from '../store';
import type { Hit, Match, Moment, QueryEcho, SearchResult } from '../schema';

/** The moments of the query that found the result which has the focus. */
export const found = createStore<Moment[]>([]);

const minimum = 0.25; // seconds; an excerpt needs some length

export const clipOf = (hit: Hit, match: Pick<Match, 'start' | 'end'> = hit): Clip => ({
  sound: { track: hit.track.id },
  title: title(hit.track),
  by: hit.track.artist,
  album: hit.track.album,
  start: match.start,
  end: Math.max(match.end, match.start + minimum),
  duration: hit.track.duration,
});

const soundOf = (echo: QueryEcho | undefined): Sound | null => (echo?.track ? { track: echo.track.id } : echo?.upload ? { upload: echo.upload } : null);

/** The query's own moment; its times count from that sound's start. */
export function queryClip(moment: Moment, result: SearchResult): Clip | null {
  const echo = result.query[moment.input];
  const sound = soundOf(echo);
  if (!sound) return null;
  return {
    sound,
    title: echo?.track ? title(echo.track) : (echo?.name ?? 'Your sound'),
    start: moment.start,
    end: Math.max(moment.end, moment.start + minimum),
    duration: echo?.track?.duration ?? moment.end,
  };
}

export function pairOf(hit: Hit, result: SearchResult): Pair {
  const moment = hit.moments[0];
  const query = moment ? queryClip(moment, result) : null;
  return query ? { query, match: clipOf(hit) } : null;
}

/** Results as a queue of their best moments. */
export const entriesOf = (result: SearchResult): Entry[] => result.results.map((hit) => ({ clip: clipOf(hit), whole: false, pair: pairOf(hit, result) }));
