// The sounds that are searched with, as large waveforms: play them, or choose the part that is meant.
import { useEffect, useState } from 'react';
import { call, patiently, type Sound } from '../api';
import { clock, title } from '../format';
import { useHas } from '../info';
import { useLoad } from '../load';
import { ClipButton } from '../pieces/ClipButton';
import { Icon } from '../pieces/Icon';
import { Waveform } from '../pieces/Waveform';
import { player, playFrom, toggle } from '../player/player';
import type { Clip } from '../player/queue';
import { isSound, isTrack, isUpload, queryAddress, sameItem, type Item, type Query } from '../query';
import { go } from '../route';
import type { SearchResult } from '../schema';
import { useStore } from '../store';
import { WhatIsThis } from '../understand/WhatIsThis';
import { found } from './hits';

export function QuerySounds({ query, result }: { query: Query; result: SearchResult | undefined }) {
  return (
    <section className="query-sounds" aria-label="The sounds searched with">
      {query.items
        .filter((item) => isSound(item) && !item.negative)
        .slice(0, 4)
        .map((item) => (
          <QuerySound
            key={isTrack(item) ? item.track : isUpload(item) ? item.upload : ''}
            item={item}
            query={query}
            index={query.items.indexOf(item)}
            windows={result?.query[query.items.indexOf(item)]?.windows}
          />
        ))}
    </section>
  );
}

function QuerySound({ item, query, index, windows }: { item: Item; query: Query; index: number; windows: number | undefined }) {
  const sound: Sound | null = isTrack(item) ? { track: item.track } : isUpload(item) ? { upload: item.upload } : null;
  const known = useLoad(sound ? JSON.stringify(sound) : '', async (signal) => {
    if (isTrack(item)) {
      const track = await call('GET /api/v1/tracks/{track}', { path: { track: item.track } }, { signal });
      return { name: title(track), duration: track.duration };
    }
    if (!isUpload(item)) return undefined;
    const upload = await call('GET /api/v1/uploads/{upload}', { path: { upload: item.upload } }, { signal });
    return { name: upload.name, duration: upload.duration };
  }).value;
  const now = useStore(player);
  const audible = useHas('sound') || isUpload(item);
  const matches = useHas('match');
  const moments = useStore(found).filter((moment) => moment.input === index);
  if (!sound || !known) return <div className="query-sound" />;
  const plays = now?.state === 'playing' && JSON.stringify(now.clip.sound) === JSON.stringify(sound);
  const setPart = (part?: { start: number; duration: number }) =>
    go(queryAddress({ ...query, items: query.items.map((one) => (sameItem(one, item) ? { ...one, part } : one)) }));
  const part = item.part;
  const whole = { sound, title: known.name, duration: known.duration };
  return (
    <div className="query-sound">
      {audible && (
        <button
          type="button"
          className="round"
          aria-label={plays ? `Pause ${known.name}` : `Play ${known.name}, the sound searched with`}
          onClick={() => (plays ? toggle() : playFrom(whole, part?.start ?? 0))}
        >
          <Icon name={plays ? 'pause' : 'play'} />
        </button>
      )}
      <div className="about">
        <p className="name">{known.name}</p>
        <p className="sub">
          {clock(known.duration)}
          {windows ? ` · ${windows} ${windows === 1 ? 'moment' : 'moments'}` : ''}
        </p>
      </div>
      <div className="wave">
        <Waveform
          sound={sound}
          duration={known.duration}
          marks={[...(part ? [{ start: part.start, end: part.duration ? part.start + part.duration : known.duration, soft: true }] : []), ...moments]}
          onSeek={!audible ? undefined : (at) => playFrom(whole, at)}
          onSelect={(start, end) => setPart({ start: round(start), duration: round(end - start) })}
        />
      </div>
      {known.duration > 2 && <PartFields part={part} duration={known.duration} onChange={setPart} />}
      <WhatIsThis sound={sound} name={known.name} duration={known.duration} />
      {isUpload(item) && matches && <VeryRecording upload={item.upload} name={known.name} duration={known.duration} />}
    </div>
  );
}

// The recording itself may be in the library: then it has a name, and a place.
function VeryRecording({ upload, name, duration }: { upload: string; name: string; duration: number }) {
  const { value } = useLoad(upload, (signal) => patiently('POST /api/v1/match', { body: { upload }, query: {} }, { signal }));
  const hit = value?.results[0];
  if (!hit || hit.confidence < sureEnough) return null;
  const start = Math.max(0, hit.offset + hit.start);
  const length = Math.max(1, hit.end - hit.start);
  const there: Clip = {
    sound: { track: hit.track.id },
    title: title(hit.track),
    start,
    end: Math.min(hit.track.duration, start + length),
    duration: hit.track.duration,
  };
  const here: Clip = { sound: { upload }, title: name, start: hit.start, end: Math.min(duration, hit.start + length), duration };
  return (
    <p className="very" role="status">
      This recording is in the library: <b>{title(hit.track)}</b>
      {hit.track.artist && ` by ${hit.track.artist}`}, from {clock(start)} on{' '}
      <ClipButton clip={there} label={title(hit.track)} pair={{ query: here, match: there }} />
    </p>
  );
}

const sureEnough = 0.5;

const round = (seconds: number) => Math.round(seconds * 10) / 10;

function PartFields({ part, duration, onChange }: { part: Item['part']; duration: number; onChange: (part?: { start: number; duration: number }) => void }) {
  const [from, setFrom] = useState('');
  const [to, setTo] = useState('');
  useEffect(() => {
    setFrom(part ? String(part.start) : '0');
    setTo(String(part?.duration ? round(part.start + part.duration) : round(duration)));
  }, [part?.start, part?.duration, duration]);
  const done = () => {
    const start = Math.max(0, Math.min(duration, Number(from) || 0));
    const end = Math.min(duration, Number(to) || duration);
    if (end - start < 0.1) return;
    const whole = start < 0.05 && end > duration - 0.1;
    const next = whole ? undefined : { start: round(start), duration: round(end - start) };
    if (next?.start !== part?.start || next?.duration !== part?.duration) onChange(next);
  };
  const field = (label: string, value: string, set: (text: string) => void) => (
    <label>
      {label}
      <input
        inputMode="decimal"
        value={value}
        onChange={(event) => set(event.target.value)}
        onBlur={done}
        onKeyDown={(event) => event.key === 'Enter' && done()}
      />
    </label>
  );
  return (
    <div className="part" role="group" aria-label="The part of this sound that is meant, in seconds">
      {field('from', from, setFrom)}
      {field('to', to, setTo)}
      {part && (
        <button type="button" className="quiet small" onClick={() => onChange(undefined)}>
          All of it
        </button>
      )}
    </div>
  );
}
