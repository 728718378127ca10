// What plays, at the foot of the page: its waveform, and the query's moment beside the match for comparison.
import { clock, range } from './format';
import { Icon } from './pieces/Icon';
import { Waveform } from './pieces/Waveform';
import { compare, play, player, position, sameClip, seek, stop, toggle } from './player';
import { useStore } from './store';

export function Dock() {
  const now = useStore(player);
  if (!now) return null;
  const { clip, pair, state } = now;
  const plays = state === 'playing' || state === 'loading';
  const onMatch = pair !== null && !now.whole && sameClip(clip, pair.match);
  const onQuery = pair !== null && !now.whole && sameClip(clip, pair.query);
  return (
    <section className="dock" aria-label="Player">
      <button type="button" className="round" aria-label={plays ? 'Pause' : 'Play'} onClick={toggle}>
        <Icon name={plays ? 'pause' : 'play'} />
      </button>
      <div className="about">
        <p className="title">{clip.title}</p>
        <p className="sub">
          <Clock /> {now.whole ? `of ${clock(clip.duration)}` : `in ${range(clip.start, clip.end)}`}
        </p>
      </div>
      <div className="wave">
        <Waveform sound={clip.sound} duration={clip.duration} marks={now.whole ? [] : [{ start: clip.start, end: clip.end }]} onSeek={seek} />
        <Slider />
      </div>
      {pair && (
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
      )}
      <button type="button" className="quiet close" aria-label="Close the player" onClick={stop}>
        <Icon name="close" />
      </button>
      {now.error && (
        <p className="dock-error" role="alert">
          {now.error}
        </p>
      )}
    </section>
  );
}

const Clock = () => <span className="times">{clock(useStore(position))}</span>;

// The waveform is for the pointer; this is the same for keys and screen readers.
function Slider() {
  const at = useStore(position);
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
