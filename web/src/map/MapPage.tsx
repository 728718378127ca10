// The map: every track a point, near ones sound alike. Pointing plays, a lasso makes a playlist, words colour it.
import { useCallback, useEffect, useMemo, useRef, useState, type KeyboardEvent, type PointerEvent } from 'react';
import { asApiError, call, patiently } from '../api';
import { addAll, basketOpen } from '../basket';
import { byline, clock, count, plural, title } from '../format';
import { useLoad } from '../load';
import { say } from '../notice';
import { Icon } from '../pieces/Icon';
import { Link } from '../pieces/Link';
import { plainly } from '../plainly';
import { play, stop } from '../player/player';
import { emptyQuery, queryAddress, withItem } from '../query';
import { go, usePlace } from '../route';
import type { Clusters, Track } from '../schema';
import { createStore, keep, kept, useStore } from '../store';
import { onColours } from '../theme';
import { beside, draw, fit, inView, makePlot, middleOf, nearest, within, type Plot, type View } from './plot';
import { mostTitles, useTitles } from './titles';

const hoverPlays = createStore(kept('hover-plays', true));
const grouped = createStore(kept('map-groups', false)); // asked for: grouping a large library takes the server a while
const colourCount = 8; // genres or groups with a colour of their own; --map-0 to --map-7, and --map-rest
const shades = 7; // of a label's scores

export function MapPage() {
  const map = useLoad('map', (signal) => call('GET /api/v1/map', {}, { signal }));
  useEffect(() => {
    document.title = 'Map · Hearken';
  }, []);
  const plot = useMemo(() => (map.value?.id.length ? makePlot(map.value) : null), [map.value]);
  return (
    <main id="main" className="map-page">
      <h1>Map</h1>
      {map.error && map.error.code !== 'unreachable' && (
        <div className="hint-box">
          <p>{plainly(map.error)}</p>
        </div>
      )}
      {map.loading && !plot && (
        <p role="status" className="waiting">
          Laying out the map …
        </p>
      )}
      {map.value && !plot && (
        <p className="nothing">
          <span>
            The map is empty until something is indexed. <Link to="/library">Choose a folder</Link>
          </span>
        </p>
      )}
      {plot && <Field plot={plot} />}
    </main>
  );
}

function Field({ plot }: { plot: Plot }) {
  const { parameters } = usePlace();
  const label = parameters.get('label') ?? '';
  const canvas = useRef<HTMLCanvasElement>(null);
  const view = useRef<View | null>(null);
  const [mode, setMode] = useState<'move' | 'lasso'>('move');
  const [here, setHere] = useState(-1);
  const [chosen, setChosen] = useState<ReadonlySet<number>>(new Set());
  const [words, setWords] = useState(label);
  const lasso = useRef<Array<[number, number]>>([]);
  const pan = useRef<{ x: number; y: number; moved: boolean } | null>(null);
  const plays = useStore(hoverPlays);
  const scores = useLoad(label ? `label/${label}` : '', async (signal) => {
    const answer = await call('POST /api/v1/search', { body: { items: [{ text: label }], k: 1000 } }, { signal });
    return new Map(answer.results.map((hit) => [hit.track.id, hit.score]));
  });

  const genres = useMemo(() => {
    const counts = new Map<number, number>();
    for (const genre of plot.data.genre) counts.set(genre, (counts.get(genre) ?? 0) + 1);
    return [...counts]
      .filter(([genre]) => genre >= 0)
      .sort((a, b) => b[1] - a[1])
      .slice(0, colourCount);
  }, [plot]);

  const groupsOn = useStore(grouped) && label === '';
  const groups = useLoad(groupsOn ? 'groups' : '', (signal) => patiently('GET /api/v1/clusters', {}, { signal }));
  const named = useMemo(() => (groupsOn && groups.value ? laidOut(plot, groups.value) : null), [plot, groupsOn, groups.value]);

  const byLabel = label !== '' && scores.value !== undefined;
  const colour = useMemo(() => {
    if (byLabel && scores.value) {
      const values = [...scores.value.values()];
      const high = Math.max(...values);
      const low = Math.min(...values);
      return (i: number) => {
        const score = scores.value?.get(plot.data.id[i] as number);
        return score === undefined ? shades : Math.round(((high - score) / Math.max(1e-6, high - low)) * (shades - 1));
      };
    }
    if (named) return (i: number) => Math.min(colourCount, named.of.get(plot.data.id[i] as number) ?? colourCount);
    const place = new Map(genres.map(([genre], i) => [genre, i]));
    return (i: number) => place.get(plot.data.genre[i] as number) ?? colourCount;
  }, [plot, genres, named, byLabel, scores.value]);

  const frame = useRef(0);
  const titles = useTitles(plot, () => redraw());
  const paint = useCallback(() => {
    frame.current = 0;
    const element = canvas.current;
    if (!element || element.clientWidth === 0) return;
    view.current ??= fit(plot, element.clientWidth, element.clientHeight);
    const style = getComputedStyle(element);
    const ink = (name: string) => style.getPropertyValue(name).trim();
    const colours = byLabel
      ? [...Array.from({ length: shades }, (_, i) => ink(`--shade-${i}`)), ink('--map-rest')]
      : [...Array.from({ length: colourCount }, (_, i) => ink(`--map-${i}`)), ink('--map-rest')];
    draw(element, plot, view.current, {
      colour,
      colours,
      chosen,
      here,
      ink: ink('--ink'),
      accent: ink('--accent'),
      paper: ink('--card'),
      lasso: lasso.current,
      names: (named?.groups ?? []).flatMap(({ names, x, y }) => (names[0] ? [{ text: names[0], x, y }] : [])),
      titles: titles.of(),
      font: style.fontFamily,
    });
    const shown = view.current;
    titles.look(() => inView(plot, shown, element.clientWidth, element.clientHeight, mostTitles));
  }, [plot, colour, named, byLabel, chosen, here]);

  const latest = useRef(paint);
  latest.current = paint;
  // However often it is asked for, it is drawn once a frame.
  const redraw = useCallback(() => {
    frame.current ||= requestAnimationFrame(() => latest.current());
  }, []);
  const zoom = useCallback(
    (by: number, px: number, py: number) => {
      const now = view.current;
      if (!now) return;
      view.current = { scale: now.scale * by, x: px - (px - now.x) * by, y: py - (py - now.y) * by };
      redraw();
    },
    [redraw],
  );
  useEffect(redraw, [paint]);
  useEffect(() => onColours(redraw), [redraw]);
  useEffect(() => {
    const element = canvas.current;
    if (!element) return;
    const size = new ResizeObserver(() => {
      view.current = null;
      redraw();
    });
    size.observe(element);
    // React's wheel listeners are passive; zooming must keep the page where it is.
    const wheel = (event: WheelEvent) => {
      event.preventDefault();
      const box = element.getBoundingClientRect();
      zoom(Math.exp(-event.deltaY * 0.0015), event.clientX - box.left, event.clientY - box.top);
    };
    element.addEventListener('wheel', wheel, { passive: false });
    return () => {
      size.disconnect();
      element.removeEventListener('wheel', wheel);
    };
  }, [redraw, zoom]);

  const track = useTrack(here >= 0 ? (plot.data.id[here] as number) : 0);
  useEffect(() => {
    if (!track || !plays) return;
    const timer = setTimeout(() => playMiddle(track), 220);
    return () => clearTimeout(timer);
  }, [track, plays]);

  const place = (event: PointerEvent): [number, number] => {
    const box = event.currentTarget.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  const down = (event: PointerEvent) => {
    if (event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    const [x, y] = place(event);
    if (mode === 'lasso' || event.shiftKey) lasso.current = [[x, y]];
    else pan.current = { x, y, moved: false };
  };
  const move = (event: PointerEvent) => {
    const [x, y] = place(event);
    if (lasso.current.length) {
      lasso.current.push([x, y]);
      redraw();
    } else if (pan.current && view.current) {
      const by = Math.hypot(x - pan.current.x, y - pan.current.y);
      if (by > 3 || pan.current.moved) {
        view.current = { ...view.current, x: view.current.x + x - pan.current.x, y: view.current.y + y - pan.current.y };
        pan.current = { x, y, moved: true };
        redraw();
      }
    } else if (view.current) {
      setHere(nearest(plot, view.current, x, y, 14));
    }
  };
  const up = (event: PointerEvent) => {
    const [x, y] = place(event);
    if (lasso.current.length) {
      const path = lasso.current;
      lasso.current = [];
      setChosen(new Set(view.current && path.length > 2 ? within(plot, view.current, path) : []));
    } else if (pan.current && !pan.current.moved && view.current) {
      const point = nearest(plot, view.current, x, y, 14);
      setHere(point);
      if (point < 0) setChosen(new Set());
      else if (track && plot.data.id[point] === track.id) playMiddle(track);
    }
    pan.current = null;
    redraw();
  };
  const key = (event: KeyboardEvent) => {
    const steps: Record<string, [number, number]> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    const step = steps[event.key];
    const element = canvas.current;
    if (step) setHere((now) => (now < 0 ? 0 : beside(plot, now, ...step)));
    else if (event.key === '+' && element) zoom(1.25, element.clientWidth / 2, element.clientHeight / 2);
    else if (event.key === '-' && element) zoom(0.8, element.clientWidth / 2, element.clientHeight / 2);
    else if (event.key === 'Enter' && track) playMiddle(track);
    else if (event.key === 'b' && track) addAll([track]);
    else if (event.key === 'm' && track) go(queryAddress(withItem(emptyQuery, { track: track.id, negative: false })));
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const gather = async () => {
    const ids = [...chosen].map((i) => plot.data.id[i] as number);
    try {
      const tracks: Track[] = [];
      for (let i = 0; i < ids.length; i += 200) tracks.push(...(await call('GET /api/v1/tracks', { query: { id: ids.slice(i, i + 200) } })).tracks);
      addAll(tracks);
      basketOpen.set(true);
      setChosen(new Set());
    } catch (error) {
      say(asApiError(error).message, { bad: true });
    }
  };
  const [acrossShare = 0, downShare = 0] = plot.data.axes;
  return (
    <>
      <div className="map-tools">
        <div className="segments" role="group" aria-label="What dragging does">
          <button type="button" aria-pressed={mode === 'move'} onClick={() => setMode('move')}>
            <Icon name="hand" size={18} /> Move
          </button>
          <button type="button" aria-pressed={mode === 'lasso'} onClick={() => setMode('lasso')}>
            <Icon name="lasso" size={18} /> Lasso
          </button>
        </div>
        <label className="check">
          <input
            type="checkbox"
            checked={plays}
            onChange={(event) => {
              hoverPlays.set(event.target.checked);
              keep('hover-plays', event.target.checked);
              if (!event.target.checked) stop();
            }}
          />{' '}
          Pointing plays
        </label>
        <label className="check">
          <input
            type="checkbox"
            checked={groupsOn}
            onChange={(event) => {
              grouped.set(event.target.checked);
              keep('map-groups', event.target.checked);
              if (label) go('/map');
            }}
          />{' '}
          Groups of like sound
        </label>
        <form
          className="label-form"
          onSubmit={(event) => {
            event.preventDefault();
            go(words.trim() ? `/map?label=${encodeURIComponent(words.trim())}` : '/map');
          }}
        >
          <label>
            Colour by <input type="search" value={words} maxLength={500} placeholder="genre, or words" onChange={(event) => setWords(event.target.value)} />
          </label>
          <button type="submit">Colour</button>
        </form>
        <button
          type="button"
          className="quiet small"
          onClick={() => {
            view.current = null;
            redraw();
          }}
        >
          Show all
        </button>
      </div>
      <div className="map-field">
        <canvas
          ref={canvas}
          className={mode}
          tabIndex={0}
          role="application"
          aria-label={`Map of ${plural(plot.data.id.length, 'track')}. Arrow keys go from point to point, Enter plays, b puts it into the basket, m finds more like it.`}
          onPointerDown={down}
          onPointerMove={move}
          onPointerUp={up}
          onPointerLeave={() => !pan.current && !lasso.current.length && document.activeElement !== canvas.current && setHere(-1)}
          onKeyDown={key}
        />
        {track && (
          <div className="map-card" role="status">
            <p className="title">{title(track)}</p>
            <p className="sub">
              {byline(track)}
              {track.genre && ` · ${track.genre}`} · {clock(track.duration)}
            </p>
          </div>
        )}
        {chosen.size > 0 && (
          <div className="map-chosen" role="status">
            <b>{plural(chosen.size, 'track')}</b>
            <button type="button" className="primary" onClick={() => void gather()}>
              <Icon name="basket" size={18} /> Into the basket
            </button>
            <button type="button" className="quiet" aria-label="Choose none" onClick={() => setChosen(new Set())}>
              <Icon name="close" size={18} />
            </button>
          </div>
        )}
      </div>
      <div className="legend">
        {groupsOn && groups.error && (
          <p className="hint warn" role="alert">
            {plainly(groups.error)}
          </p>
        )}
        {byLabel ? (
          <p>
            <i className="swatch shade-0" /> most like “{label}” <i className={`swatch shade-${shades - 1}`} /> least
            {(scores.value?.size ?? 0) >= 1000 && plot.data.id.length > 1000 && ' · grey: not among the first thousand'}
          </p>
        ) : named ? (
          <ul aria-label="Groups of like sound">
            {named.groups.map((group, i) => (
              <li key={i}>
                <button type="button" className="quiet small" title="Choose these tracks" onClick={() => setChosen(new Set(group.points))}>
                  <i className={`swatch map-${i < colourCount ? i : 'rest'}`} /> {group.names.join(', ') || `Group ${i + 1}`}{' '}
                  <span className="sub">{count(group.points.length)}</span>
                </button>
              </li>
            ))}
          </ul>
        ) : groupsOn && !groups.error ? (
          <p role="status">Grouping what sounds alike …</p>
        ) : (
          <ul>
            {genres.map(([genre, number], i) => (
              <li key={genre}>
                <i className={`swatch map-${i}`} /> {plot.data.genres[genre]} <span className="sub">{count(number)}</span>
              </li>
            ))}
            <li>
              <i className="swatch map-rest" /> {genres.length ? 'others and untagged' : 'untagged'}
            </li>
          </ul>
        )}
        <p className="sub">
          Two dimensions show {Math.round((acrossShare + downShare) * 100)} % of what tells these tracks apart; far is surely different, near is only likely
          alike.
        </p>
      </div>
    </>
  );
}

// The groups as they lie on the map, and the group of each track.
function laidOut(plot: Plot, { clusters }: Clusters) {
  const pointOf = new Map(plot.data.id.map((id, i) => [id, i]));
  const of = new Map<number, number>();
  const groups = clusters.map(({ names, tracks }, g) => {
    for (const id of tracks) of.set(id, g);
    const points = tracks.flatMap((id) => pointOf.get(id) ?? []);
    return { names, points, ...middleOf(plot, points) };
  });
  return { of, groups };
}

const middle = 8; // seconds that pointing plays
function playMiddle(track: Track): void {
  const start = Math.max(0, track.duration / 2 - middle / 2);
  play({ sound: { track: track.id }, title: title(track), start, end: Math.min(track.duration, start + middle), duration: track.duration });
}

function useTrack(id: number): Track | null {
  const { value, of } = useLoad(id ? `${id}` : '', (signal) => call('GET /api/v1/tracks/{track}', { path: { track: id } }, { signal }));
  return id && of === `${id}` && value ? value : null;
}
