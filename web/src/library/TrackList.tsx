// Every track, in the order asked for; pages are fetched as they come into view.
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { patiently } from '../api';
import { toggleInBasket } from '../basket';
import { byline, clock, plural, title } from '../format';
import { revivals } from '../load';
import { CoverButton } from '../pieces/CoverButton';
import { Icon } from '../pieces/Icon';
import { Link } from '../pieces/Link';
import { TakeOff, Tags, tagsInRow } from '../pieces/Tags';
import { VirtualList } from '../pieces/VirtualList';
import { Waveform } from '../pieces/Waveform';
import { holds, player, playFrom, toggle } from '../player/player';
import { clipOfTrack, entryOfTrack, playAll, playTracks } from '../player/tracks';
import { mostQueued } from '../player/queue';
import { emptyQuery, inQuotes, nameCondition, queryAddress, withItem } from '../query';
import { rate } from '../ratings';
import { go, usePlace } from '../route';
import type { Routes, Track } from '../schema';
import { RowActions } from '../search/Actions';
import { dragTrack } from '../search/dragOut';
import { useRowHeight } from '../search/rowHeight';
import { useStore } from '../store';

const page = 100;
type Sort = NonNullable<NonNullable<Routes['GET /api/v1/tracks']['query']>['sort']>;
const sorts: Array<[Sort, string]> = [
  ['path', 'folder'],
  ['title', 'title'],
  ['artist', 'artist'],
  ['genre', 'genre'],
  ['duration', 'length'],
  ['added', 'newest'],
  ['tempo', 'tempo'],
  ['key', 'key'],
  ['loudness', 'loudness'],
];

export function TrackList({ tracks: changes }: { tracks: number }) {
  const { parameters } = usePlace();
  const sort = (sorts.find(([name]) => name === parameters.get('sort'))?.[0] ?? 'path') satisfies Sort;
  const find = parameters.get('find') ?? '';
  const tag = parameters.get('tag') ?? '';
  const [text, setText] = useState(find);
  const [total, setTotal] = useState<number | null>(null);
  const [error, setError] = useState<string | null>(null);
  const [, redraw] = useState(0);
  const [active, setActive] = useState(0);
  const revival = useStore(revivals);
  const pages = useMemo(() => new Map<number, Track[] | 'asked'>(), [sort, find, tag, changes, revival]);
  const rowHeight = useRowHeight();
  const where = [tag && `tag = ${inQuotes(tag)}`, find && nameCondition(find)].filter(Boolean).join(' and ');

  const want = useCallback(
    (number: number) => {
      if (pages.has(number)) return;
      pages.set(number, 'asked');
      patiently('GET /api/v1/tracks', {
        query: { limit: page, offset: number * page, sort, order: sort === 'added' ? 'desc' : 'asc', ...(where && { where }) },
      }).then(
        (answer) => {
          pages.set(number, answer.tracks);
          setTotal(answer.total);
          setError(null);
          redraw((n) => n + 1);
        },
        (failure: Error) => {
          pages.delete(number);
          setError(failure.message);
        },
      );
    },
    [pages, sort, where],
  );
  useEffect(() => want(0), [want]);
  const onRange = useCallback(
    (first: number, last: number) => {
      for (let number = Math.floor(first / page); number <= Math.floor(last / page); ++number) want(number);
    },
    [want],
  );
  const at = (index: number): Track | null => {
    const rows = pages.get(Math.floor(index / page));
    return Array.isArray(rows) ? (rows[index % page] ?? null) : null;
  };
  const ask = (name: string, value: string) => {
    const next = new URLSearchParams(parameters);
    if (value) next.set(name, value);
    else next.delete(name);
    const rest = next.toString();
    go(rest ? `/library?${rest}` : '/library', true);
  };
  /** What is loaded from here on becomes the queue. */
  const playHere = (index: number) => {
    const tracks: Track[] = [];
    for (let i = index; tracks.length < mostQueued; ++i) {
      const track = at(i);
      if (!track) break;
      tracks.push(track);
    }
    playTracks(tracks, 0);
  };
  const playEverything = () =>
    patiently('GET /api/v1/tracks', { query: { limit: mostQueued, sort, order: sort === 'added' ? 'desc' : 'asc', ...(where && { where }) } }).then(
      (answer) => playAll(answer.tracks),
      (failure: Error) => setError(failure.message),
    );
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);

  return (
    <section aria-labelledby="tracks" className="tracks">
      <div className="section-line">
        <h2 id="tracks">Tracks</h2>
        <span className="sub" role="status">
          {total !== null && plural(total, 'track')}
        </span>
        {total !== null && total > 0 && (
          <button type="button" className="small" onClick={() => void playEverything()}>
            <Icon name="play" size={16} /> Play all
          </button>
        )}
        {total !== null && total > 1 && <Link to="/duplicates">Duplicates</Link>}
        {tag && (
          <ul className="chips" aria-label="Tags asked for">
            <TakeOff tag={tag} onPress={() => ask('tag', '')} />
          </ul>
        )}
        <input
          type="search"
          aria-label="Find by name"
          placeholder="Find by name"
          maxLength={200}
          value={text}
          onChange={(event) => {
            const wanted = event.target.value;
            setText(wanted);
            clearTimeout(timer.current);
            timer.current = setTimeout(() => ask('find', wanted.trim()), 250);
          }}
        />
        <label className="choice">
          Order
          <select value={sort} onChange={(event) => ask('sort', event.target.value)}>
            {sorts.map(([name, label]) => (
              <option key={name} value={name}>
                {label}
              </option>
            ))}
          </select>
        </label>
      </div>
      {error && (
        <p className="hint warn" role="alert">
          {error}
        </p>
      )}
      {total !== null && total > 0 && (
        <VirtualList
          label="Tracks"
          count={total}
          rowHeight={rowHeight}
          active={Math.min(active, total - 1)}
          onActive={setActive}
          onRange={onRange}
          keyOf={(index) => index}
          onKey={(key, index) => {
            const track = at(index);
            if (!track) return false;
            if (key === 'Enter') playHere(index);
            else if (key === ' ') toggle();
            else if (key === 'm') go(queryAddress(withItem(emptyQuery, { track: track.id, negative: false })));
            else if (key === 'b') toggleInBasket(track);
            else if (key === 'u') void rate(track, 1);
            else if (key === 'd') void rate(track, -1);
            else return false;
            return true;
          }}
          row={(index) => {
            const track = at(index);
            return track ? (
              <TrackRow track={track} active={index === active} onPlay={() => playHere(index)} onTag={(wanted) => ask('tag', wanted)} />
            ) : (
              <div className="hit placeholder" />
            );
          }}
        />
      )}
      {total === 0 && (
        <p className="nothing">{find ? `No name has “${find}”.` : tag ? `No track is tagged ${tag}.` : 'Nothing is indexed yet: choose a folder above.'}</p>
      )}
    </section>
  );
}

/** What tells it apart at a glance: the genre, tempo and key. */
const heard = ({ genre, features }: Track) => [genre, features?.tempo && `${Math.round(features.tempo)} bpm`, features?.key].filter(Boolean).join(' · ');

interface RowProps {
  track: Track;
  active: boolean;
  onPlay: () => void;
  onTag: (tag: string) => void;
}

function TrackRow({ track, active, onPlay, onTag }: RowProps) {
  const now = useStore(player);
  const plays = holds(now, entryOfTrack(track)) && now?.state === 'playing';
  const name = title(track);
  const tab = active ? 0 : -1;
  return (
    <article className={`hit plain${plays ? ' plays' : ''}`} aria-label={name}>
      <div className="line">
        <CoverButton track={track} plays={plays} what={name} tab={tab} onPress={onPlay} />
        <div className="names" draggable onDragStart={(event) => dragTrack(event, track)}>
          <p className="title">{name}</p>
          <p className="sub">{byline(track)}</p>
          <Tags tags={track.tags.slice(0, tagsInRow)} of={name} tab={tab} onTag={onTag} />
        </div>
        <div className="wave">
          <Waveform sound={{ track: track.id }} duration={track.duration} onSeek={(at) => playFrom(clipOfTrack(track), at)} />
        </div>
        <span className="length">
          {clock(track.duration)}
          {heard(track) && <span className="genre">{heard(track)}</span>}
        </span>
        <RowActions track={track} query={emptyQuery} tab={tab} />
      </div>
    </article>
  );
}
