// The results, one row each, with the keys that act on the row that has the focus.
import { useCallback, useEffect, useState } from 'react';
import { toggleInBasket } from '../basket';
import { has } from '../info';
import { VirtualList } from '../pieces/VirtualList';
import { holds, player, playOrPauseIn, playQueue, toggle } from '../player/player';
import { queueOf } from '../player/queue';
import { queryAddress, withItem, emptyQuery, type Query } from '../query';
import { rate } from '../ratings';
import { go } from '../route';
import type { Hit, SearchResult } from '../schema';
import { useRowHeight } from './rowHeight';
import { clipOf, entriesOf, found } from './hits';
import { ResultRow } from './ResultRow';

interface Props {
  query: Query;
  result: SearchResult;
  onEnd: () => void;
  fading: boolean;
}

export function Results({ query, result, onEnd, fading }: Props) {
  const hits = result.results;
  const [active, setActive] = useState(0);
  const [open, setOpen] = useState<ReadonlySet<number>>(new Set());
  const rowHeight = useRowHeight();
  const flip = (index: number, wanted?: boolean) =>
    setOpen((now) => {
      const next = new Set(now);
      if (wanted ?? !next.has(index)) next.add(index);
      else next.delete(index);
      return next;
    });
  useEffect(() => found.set(hits[active]?.moments ?? []), [hits, active]);
  const onRange = useCallback(
    (_: number, last: number) => {
      if (last >= hits.length - 5) onEnd();
    },
    [hits.length, onEnd],
  );
  // Whoever tries out moments hears the next one by an arrow key.
  const onStep = (before: number, index: number) => {
    const now = player.get();
    const hit = hits[before];
    const sounds = now?.state === 'playing' || now?.state === 'loading';
    if (!hit || !sounds || !holds(now, { clip: clipOf(hit), whole: false })) return;
    playQueue(queueOf(entriesOf(result), index, false));
  };
  const onKey = (key: string, index: number): boolean => {
    const hit = hits[index];
    if (!hit) return false;
    switch (key) {
      case 'Enter':
        if (has('sound')) playOrPauseIn(queueOf(entriesOf(result), index, false));
        return true;
      case ' ':
        toggle();
        return true;
      case 'ArrowRight':
        flip(index, true);
        return true;
      case 'ArrowLeft':
        flip(index, false);
        return true;
      case 'm':
        go(queryAddress(withItem(emptyQuery, { track: hit.track.id, negative: false })));
        return true;
      case '+':
      case '=':
        go(queryAddress(withItem(query, { track: hit.track.id, negative: false })));
        return true;
      case '-':
        go(queryAddress(withItem(query, { track: hit.track.id, negative: true })));
        return true;
      case 'b':
        if (has('playlists')) toggleInBasket(hit.track);
        return true;
      case 'u':
        if (has('ratings')) void rate(hit.track, 1);
        return true;
      case 'd':
        if (has('ratings')) void rate(hit.track, -1);
        return true;
      default:
        return false;
    }
  };
  return (
    <div className={`results${fading ? ' fading' : ''}`} aria-busy={fading}>
      <VirtualList
        label="Results, best first"
        count={hits.length}
        rowHeight={rowHeight}
        active={Math.min(active, hits.length - 1)}
        onActive={setActive}
        onKey={onKey}
        onStep={onStep}
        onRange={onRange}
        keyOf={(index) => keyOf(hits[index] as Hit)}
        row={(index) => (
          <ResultRow hit={hits[index] as Hit} result={result} query={query} active={index === active} open={open.has(index)} onOpen={() => flip(index)} />
        )}
      />
    </div>
  );
}

const keyOf = (hit: Hit) => `${hit.track.id}:${hit.start}`;
