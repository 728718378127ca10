// One result: what it is, its waveform with the best moment marked, its score, and what can be done with it.
import { memo, type DragEvent } from 'react';
import { audioUrl } from '../api';
import { byline, clock, fileName, range, title } from '../format';
import { useHas } from '../info';
import { Cover } from '../pieces/Cover';
import { Icon } from '../pieces/Icon';
import { Score } from '../pieces/Score';
import { Tags, tagsInRow } from '../pieces/Tags';
import { Waveform } from '../pieces/Waveform';
import { player, playFrom, playOrPause, sameClip } from '../player';
import { queryAddress, withTag, type Query } from '../query';
import { go } from '../route';
import type { Hit, SearchResult, Track } from '../schema';
import { useStore } from '../store';
import { Actions } from './Actions';
import { trackType } from './drop';
import { clipOf, pairOf } from './hits';
import { Moments } from './Moments';

interface Props {
  hit: Hit;
  result: SearchResult;
  query: Query;
  active: boolean;
  open: boolean;
  onOpen: () => void;
}

export const ResultRow = memo(function ResultRow({ hit, result, query, active, open, onOpen }: Props) {
  const { track } = hit;
  const now = useStore(player);
  const clip = clipOf(hit);
  const mine = now !== null && !now.whole && sameClip(now.clip, clip);
  const plays = mine && (now.state === 'playing' || now.state === 'loading');
  const tab = active ? 0 : -1; // the keys act on the row; only its own buttons are stops of the Tab key
  const name = title(track);
  const audible = useHas('sound');
  return (
    <article className={`hit${plays ? ' plays' : ''}`} aria-label={`${hit.rank}. ${name}`}>
      <div className="line">
        <span className="rank" aria-hidden="true">
          {hit.rank}
        </span>
        {audible ? (
          <button
            type="button"
            className="cover-button"
            tabIndex={tab}
            aria-label={`${plays ? 'Pause' : 'Play'} the best moment of ${name}, ${range(hit.start, hit.end)}`}
            onClick={() => playOrPause(clip, pairOf(hit, result))}
          >
            <Cover track={track} />
            <span className="over">
              <Icon name={plays ? 'pause' : 'play'} size={22} />
            </span>
          </button>
        ) : (
          <span className="cover-only">
            <Cover track={track} />
          </span>
        )}
        <div className="names" draggable={audible} title={audible ? 'Drag it out to save the file' : undefined} onDragStart={(event) => dragOut(event, track)}>
          <p className="title">{name}</p>
          <p className="sub">{byline(track)}</p>
          <Tags tags={track.tags.slice(0, tagsInRow)} of={name} tab={tab} onTag={(tag) => go(queryAddress(withTag(query, tag)))} />
        </div>
        <div className="wave">
          <Waveform
            sound={{ track: track.id }}
            duration={track.duration}
            marks={[{ start: hit.start, end: hit.end }]}
            onSeek={
              !audible
                ? undefined
                : (at) => (at >= hit.start && at <= hit.end ? playOrPause(clip, pairOf(hit, result)) : playFrom({ track: track.id }, name, track.duration, at))
            }
          />
          <span className="times">
            <span>{range(hit.start, hit.end)}</span>
            <span>{clock(track.duration)}</span>
          </span>
        </div>
        <Score hit={hit} />
        <Actions track={track} query={query} tab={tab} />
        <button type="button" className="quiet open" tabIndex={tab} aria-expanded={open} aria-label={`More about ${name}`} onClick={onOpen}>
          <Icon name="chevron" />
        </button>
      </div>
      {open && <Moments hit={hit} result={result} query={query} tab={tab} />}
    </article>
  );
});

/** The file itself, for the desktop or an editor; the track, for the search box. */
export function dragOut(event: DragEvent, track: Track): void {
  const address = new URL(audioUrl({ track: track.id }), location.href).href;
  const type = track.type || 'application/octet-stream';
  event.dataTransfer.effectAllowed = 'copy';
  event.dataTransfer.setData('DownloadURL', `${type}:${fileName(track.path).replaceAll(':', '-')}:${address}`);
  event.dataTransfer.setData('text/uri-list', address);
  event.dataTransfer.setData('text/plain', title(track));
  event.dataTransfer.setData(trackType, String(track.id));
}
