// A list as the server made it: play it, put it into the basket.
import { call, patiently, type ApiError } from '../api';
import { addAll, basketOpen } from '../basket';
import { byline, plural, span } from '../format';
import { useLoad } from '../load';
import { Icon } from '../pieces/Icon';
import { playAll } from '../player/tracks';
import type { List } from '../schema';
import { TrackLines } from './TrackLines';
import { addressOf, isWhole, type Wish } from './wish';

export function Made({ wish }: { wish: Wish }) {
  const { value, of, error, loading } = useLoad(isWhole(wish) ? addressOf(wish) : '', (signal) => made(wish, signal));
  if (!isWhole(wish)) return null;
  if (error) {
    return (
      <p className="hint warn" role="alert">
        {why(error, wish)}
      </p>
    );
  }
  if (loading || !value || of !== addressOf(wish)) {
    return (
      <p className="waiting" role="status">
        Listening for what fits …
      </p>
    );
  }
  const tracks = value.tracks.map((one) => one.track);
  return (
    <section className="made" aria-label="The list">
      <p className="hint" role="status">
        {said(value, wish)}
      </p>
      {tracks.length > 0 && (
        <div className="line">
          <button type="button" className="primary" onClick={() => playAll(tracks)}>
            <Icon name="play" size={18} /> Play all
          </button>
          <button
            type="button"
            onClick={() => {
              addAll(tracks);
              basketOpen.set(true);
            }}
          >
            <Icon name="basket" size={18} /> Into the basket
          </button>
        </div>
      )}
      <TrackLines
        tracks={tracks}
        note={(i) => (wish.kind === 'journey' ? `${Math.round((value.tracks[i]?.score ?? 0) * 100)} % of the way` : tracks[i] && byline(tracks[i]))}
      />
    </section>
  );
}

function made(wish: Wish, signal: AbortSignal): Promise<List> {
  if (wish.kind === 'words') return patiently('GET /api/v1/lists/words', { query: { q: wish.text, minutes: wish.minutes } }, { signal });
  if (wish.kind === 'radio') return patiently('GET /api/v1/lists/radio', { query: { track: wish.tracks, minutes: wish.minutes } }, { signal });
  return call('GET /api/v1/lists/journey', { query: { from: wish.from, to: wish.to, steps: wish.steps } }, { signal });
}

function said(list: List, wish: Wish): string {
  const long = `${plural(list.tracks.length, 'track')}, ${span(list.duration)}`;
  if (list.tracks.length === 0) return wish.kind === 'radio' ? 'Nothing else here sounds like that.' : 'Nothing here sounds like that.';
  if (wish.kind === 'journey') return list.shorter ? `${long}. There is no longer way through what lies between.` : `${long}.`;
  const without = list.without.length ? ` without ${list.without.join(', ')}` : '';
  const short = list.duration < wish.minutes * 60 * 0.9 ? ' Nothing else here fits.' : '';
  return `${long}${without}.${short}`;
}

function why(error: ApiError, wish: Wish): string {
  if (error.code === 'not_found') return 'One of these tracks is not there any more.';
  if (error.code === 'busy') return 'Hearken has too much to do right now. Try again soon.';
  if (error.code === 'unreachable') return 'Hearken does not answer.';
  if (error.code === 'mismatch') return 'The library has nothing to choose from yet. Choose a folder on the library page.';
  if (wish.kind === 'words') return 'Say what it should sound like, not only what it should not.';
  return wish.kind === 'journey' ? 'Choose two different recordings.' : 'These tracks have nothing in common to go on from.';
}
