// One result: what it is, its waveform with the best moment marked, its score, and what can be done with it.
import { memo } from 'react';
import { byline, clock, range, title } from '../format';
import { useHas } from '../info';
import { Cover } from '../pieces/Cover';
import { CoverButton } from '../pieces/CoverButton';
import { Icon } from '../pieces/Icon';
import { Score } from '../pieces/Score';
import { Tags, tagsInRow } from '../pieces/Tags';
import { Waveform } from '../pieces/Waveform';
import { holds, player, playFrom, playOrPauseIn } from '../player/player';
import { queueOf } from '../player/queue';
import { clipOfTrack } from '../player/tracks';
import { queryAddress, withTag, type Query } from '../query';
import { go } from '../route';
import type { Hit, SearchResult } from '../schema';
import { useStore } from '../store';
import { RowActions } from './Actions';
import { dragMoment, dragTrack } from './dragOut';
import { clipOf, entriesOf } from './hits';
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
  const mine = holds(now, { clip, whole: false });
  const playMoment = () => playOrPauseIn(queueOf(entriesOf(result), result.results.indexOf(hit), false));
  const plays = now !== null && mine && (now.state === 'playing' || now.state === 'loading');
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
          <CoverButton track={track} plays={plays} what={`the best moment of ${name}, ${range(hit.start, hit.end)}`} tab={tab} onPress={playMoment} />
        ) : (
          <span className="cover-only">
            <Cover track={track} />
          </span>
        )}
        <div
          className="names"
          draggable={audible}
          title={audible ? 'Drag it out to save the file' : undefined}
          onDragStart={(event) => dragTrack(event, track)}
        >
          <p className="title">{name}</p>
          <p className="sub">{byline(track)}</p>
          <Tags tags={track.tags.slice(0, tagsInRow)} of={name} tab={tab} onTag={(tag) => go(queryAddress(withTag(query, tag)))} />
        </div>
        <div className="wave">
          <Waveform
            sound={{ track: track.id }}
            duration={track.duration}
            marks={[{ start: hit.start, end: hit.end }]}
            onSeek={!audible ? undefined : (at) => (at >= hit.start && at <= hit.end ? playMoment() : playFrom(clipOfTrack(track), at))}
          />
          <span className="times">
            <span
              className="moment"
              draggable={audible}
              title={audible ? 'Drag this moment out as WAV' : undefined}
              onDragStart={(event) => dragMoment(event, clip)}
            >
              {range(hit.start, hit.end)}
            </span>
            <span>{clock(track.duration)}</span>
          </span>
        </div>
        <Score hit={hit} />
        <RowActions track={track} query={query} tab={tab} moment={clip} />
        <button type="button" className="quiet open" tabIndex={tab} aria-expanded={open} aria-label={`More about ${name}`} onClick={onOpen}>
          <Icon name="chevron" />
        </button>
      </div>
      {open && <Moments hit={hit} result={result} query={query} tab={tab} />}
    </article>
  );
});
