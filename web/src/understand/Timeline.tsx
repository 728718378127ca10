// When in a sound labels are heard: spans above its waveform, one lane a label, and a list whose entries play.
import { useEffect, useId, useRef, useState, type FormEvent } from 'react';
import { asApiError, patiently, type ApiError } from '../api';
import { clock, fineRange, percent, plural } from '../format';
import { ClipButton } from '../pieces/ClipButton';
import { Waveform } from '../pieces/Waveform';
import { playFrom, playOrPause } from '../player/player';
import type { Clip } from '../player/queue';
import type { Event } from '../schema';
import type { Asked } from './asked';
import { Failure } from './Failure';
import { labelsOf, written } from './labels';
import { Pattern, Swatch } from './Pattern';

interface Heard {
  labels: string[];
  events: Event[];
  end: number; // listened to so far
  warnings: string[];
}

const shortest = 0.25; // seconds; an excerpt needs some length

export function Timeline({ sound, name, duration, tab, suggested }: Asked & { suggested: string[] }) {
  const [typed, setTyped] = useState<string | null>(null);
  const [heard, setHeard] = useState<Heard | null>(null);
  const [error, setError] = useState<{ what: ApiError; again: () => void } | null>(null);
  const [busy, setBusy] = useState(false);
  const running = useRef<AbortController>(null);
  const patterns = useId();
  const text = typed ?? written(suggested);
  useEffect(() => () => running.current?.abort(), []);

  const listen = async (labels: string[], start: number) => {
    running.current?.abort();
    const turn = new AbortController();
    running.current = turn;
    setBusy(true);
    setError(null);
    try {
      const next = await patiently('POST /api/v1/events', { body: { ...sound, labels, start } }, { signal: turn.signal });
      setHeard((now) => ({ labels, end: next.end, warnings: next.warnings, events: start > 0 && now ? [...now.events, ...next.events] : next.events }));
    } catch (failure) {
      if (!turn.signal.aborted) setError({ what: asApiError(failure), again: () => void listen(labels, start) });
    }
    if (running.current === turn) setBusy(false);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const labels = labelsOf(text);
    if (labels.length) void listen(labels, 0);
  };
  const clipOf = (event: Event): Clip => ({
    sound,
    title: name,
    duration,
    start: event.start,
    end: Math.min(Math.max(event.end, event.start + shortest), Math.max(duration, event.end)),
  });
  const shown =
    heard?.labels.map((label, i) => ({ label, i, pattern: `${patterns}${i}`, events: heard.events.filter((event) => event.label === label) })) ?? [];
  const laneOf = new Map(shown.map((lane) => [lane.label, lane]));
  return (
    <div className="timeline" aria-busy={busy}>
      <form className="asking" onSubmit={submit}>
        <label>
          When is it heard?
          <input
            value={text}
            tabIndex={tab}
            maxLength={4000}
            autoComplete="off"
            placeholder="a dog barking, rain"
            onChange={(event) => setTyped(event.target.value)}
          />
        </label>
        <button type="submit" tabIndex={tab} disabled={labelsOf(text).length === 0}>
          Listen for it
        </button>
      </form>
      <p role="status" className="sub">
        {busy ? 'Listening …' : heard && !error && said(heard, duration)}
      </p>
      {error && <Failure error={error.what} tab={tab} again={error.again} />}
      {heard?.warnings.map((warning) => (
        <p className="hint warn" key={warning}>
          {warning}
        </p>
      ))}
      {heard && (
        <>
          <div className="lanes" aria-hidden="true">
            {shown.map((lane) => (
              <div className="lane" key={lane.label}>
                <p>
                  <Swatch of={lane.pattern} /> {lane.label}
                </p>
                <svg className="strip">
                  <Pattern id={lane.pattern} number={lane.i} />
                  {lane.events.map((event) => (
                    <rect
                      key={event.start}
                      x={`${(event.start / duration) * 100}%`}
                      width={`${Math.max(0.4, ((event.end - event.start) / duration) * 100)}%`}
                      height="100%"
                      rx="3"
                      fill={`url(#${lane.pattern})`}
                      fillOpacity={0.35 + 0.65 * event.likelihood}
                      onClick={() => playOrPause(clipOf(event))}
                    >
                      <title>{`${lane.label}, ${fineRange(event.start, event.end)}, ${percent(event.likelihood)}`}</title>
                    </rect>
                  ))}
                </svg>
              </div>
            ))}
            <Waveform
              sound={sound}
              duration={duration}
              marks={heard.events.map((event) => ({ ...event, soft: true }))}
              onSeek={(at) => playFrom({ sound, title: name, duration }, at)}
            />
            <p className="times">
              <span>{clock(0)}</span>
              <span>{clock(duration)}</span>
            </p>
          </div>
          <ul className="matched" aria-label={`When it is heard in ${name}`}>
            {heard.events.map((event) => (
              <li key={`${event.label} ${event.start}`}>
                <ClipButton clip={clipOf(event)} times={fineRange(event.start, event.end)} label={name} tabIndex={tab}>
                  <Swatch of={laneOf.get(event.label)?.pattern ?? ''} /> {event.label}
                  <span className={`distance ${event.level.toLowerCase()}`}>
                    <span className="hidden">likelihood </span>
                    {percent(event.likelihood)}
                    <span className="hidden"> {event.level.toLowerCase()}</span>
                  </span>
                </ClipButton>
              </li>
            ))}
          </ul>
          {heard.end < duration - 1 && (
            <button type="button" className="small" tabIndex={tab} disabled={busy} onClick={() => void listen(heard.labels, heard.end)}>
              Listen on from {clock(heard.end)}
            </button>
          )}
        </>
      )}
    </div>
  );
}

function said({ labels, events, end }: Heard, duration: number): string {
  const never = labels.filter((label) => !events.some((event) => event.label === label));
  return [
    events.length > 0 && `Heard ${plural(events.length, 'time')}.`,
    never.length > 0 && `Not heard: ${never.join(', ')}.`,
    end < duration - 1 && `Listened up to ${clock(end)}.`,
  ]
    .filter(Boolean)
    .join(' ');
}
