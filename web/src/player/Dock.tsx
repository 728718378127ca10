// What plays, at the foot of the page: its waveform, the way through the queue, and the query's moment beside the match.
import { useState } from 'react';
import { clock, range } from '../format';
import { Icon } from '../pieces/Icon';
import { Waveform } from '../pieces/Waveform';
import { createStore, useStore } from '../store';
import { compare, loops, play, player, queue, seek, setVolume, skip, stop, toggle, usePosition, volume, type Playing } from './player';
import { QueuePanel } from './QueuePanel';
import { moved, sameClip } from './queue';

export const queueOpen = createStore(false);

export function Dock() {
  const now = useStore(player);
  const open = useStore(queueOpen);
  if (!now) return null;
  const { clip } = now;
  return (
    <>
      {open && <QueuePanel onClose={() => queueOpen.set(false)} />}
      <section className="dock" aria-label="Player">
        <Steps now={now} />
        <div className="about">
          <p className="title">{clip.title}</p>
          <p className="sub">
            <Clock /> {now.whole ? `of ${clock(clip.duration)}` : `in ${range(clip.start, clip.end)}`}
            {clip.by && ` · ${clip.by}`}
          </p>
        </div>
        <div className="wave">
          <Waveform sound={clip.sound} duration={clip.duration} marks={now.whole ? [] : [{ start: clip.start, end: clip.end }]} onSeek={seek} />
          <Slider />
        </div>
        <Compare now={now} />
        <div className="dock-tools">
          <Loop whole={now.whole} />
          <Volume />
          <button type="button" className="quiet" aria-expanded={open} aria-label="Queue" title="Queue" onClick={() => queueOpen.set(!open)}>
            <Icon name="queue" />
          </button>
        </div>
        <button type="button" className="quiet close" aria-label="Close the player" onClick={stop}>
          <Icon name="close" />
        </button>
        {now.error && (
          <p className="dock-error" role="alert">
            {now.error}
          </p>
        )}
      </section>
    </>
  );
}

function Steps({ now }: { now: Playing }) {
  const list = useStore(queue);
  const plays = now.state === 'playing' || now.state === 'loading';
  return (
    <div className="steps">
      <button type="button" className="quiet" aria-label="Previous" title="Previous (p)" onClick={() => skip(-1)}>
        <Icon name="previous" />
      </button>
      <button type="button" className="round" aria-label={plays ? 'Pause' : 'Play'} onClick={toggle}>
        <Icon name={plays ? 'pause' : 'play'} />
      </button>
      <button type="button" className="quiet" aria-label="Next" title="Next (n)" disabled={!moved(list, 1)} onClick={() => skip(1)}>
        <Icon name="next" />
      </button>
    </div>
  );
}

function Compare({ now: { clip, pair, whole } }: { now: Playing }) {
  if (!pair) return null;
  const onMatch = !whole && sameClip(clip, pair.match);
  const onQuery = !whole && sameClip(clip, pair.query);
  return (
    <div className="segments compare" role="group" aria-label="Compare">
      <button type="button" aria-pressed={onQuery} onClick={() => (onQuery ? toggle() : play(pair.query, pair))}>
        Yours <span className="times">{clock(pair.query.start)}</span>
      </button>
      <button type="button" className="swap" aria-label="The other one" title="The other one (c)" onClick={compare}>
        <Icon name="swap" size={16} />
      </button>
      <button type="button" aria-pressed={onMatch} onClick={() => (onMatch ? toggle() : play(pair.match, pair))}>
        Found <span className="times">{clock(pair.match.start)}</span>
      </button>
    </div>
  );
}

function Loop({ whole }: { whole: boolean }) {
  const on = useStore(loops);
  const what = whole ? 'Repeat this sound' : 'Repeat this moment';
  return (
    <button
      type="button"
      className={on ? 'quiet on' : 'quiet'}
      aria-pressed={on}
      aria-label={what}
      title={`${what} (l)`}
      onClick={() => loops.set((now) => !now)}
    >
      <Icon name="loop" />
    </button>
  );
}

function Volume() {
  const now = useStore(volume);
  const [before, setBefore] = useState(1);
  return (
    <span className="volume">
      <button
        type="button"
        className="quiet"
        aria-label={now > 0 ? 'Mute' : 'Sound on'}
        title={now > 0 ? 'Mute' : 'Sound on'}
        onClick={() => {
          if (now > 0) setBefore(now);
          setVolume(now > 0 ? 0 : before);
        }}
      >
        <Icon name={now > 0 ? 'loud' : 'mute'} />
      </button>
      <input
        type="range"
        aria-label="Volume"
        aria-valuetext={`${Math.round(now * 100)} %`}
        min={0}
        max={1}
        step={0.02}
        value={now}
        onChange={(event) => setVolume(Number(event.target.value))}
      />
    </span>
  );
}

const Clock = () => <span className="times">{clock(usePosition(1))}</span>;

// The waveform is for the pointer; this is the same for keys and screen readers.
function Slider() {
  const at = usePosition(0.5);
  const duration = useStore(player)?.clip.duration ?? 0;
  return (
    <input
      type="range"
      className="slider"
      aria-label="Place in the sound"
      aria-valuetext={`${clock(at)} of ${clock(duration)}`}
      min={0}
      max={duration}
      step={0.1}
      value={Math.min(at, duration)}
      onChange={(event) => seek(Number(event.target.value))}
    />
  );
}
