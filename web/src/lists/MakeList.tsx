// Makes a list of tracks: by words, from one track to another, or on from some.
import { useEffect, useState, type FormEvent } from 'react';
import { go, usePlace } from '../route';
import { Made } from './Made';
import { TrackPicker } from './TrackPicker';
import { addressOf, fromParameters, usualMinutes, usualSteps, type Kind, type Wish } from './wish';

const kinds: Array<[Kind, string]> = [
  ['words', 'By words'],
  ['journey', 'Journey'],
  ['radio', 'Radio'],
];
const nothing: Record<Kind, Wish> = {
  words: { kind: 'words', text: '', minutes: usualMinutes },
  journey: { kind: 'journey', from: 0, to: 0, steps: usualSteps },
  radio: { kind: 'radio', tracks: [], minutes: usualMinutes },
};

export function MakeList() {
  const { parameters } = usePlace();
  const wish = fromParameters(parameters) ?? nothing.words;
  const ask = (next: Wish) => go(addressOf(next));
  return (
    <section className="make-list" aria-labelledby="make">
      <div className="section-line">
        <h2 id="make">Make one</h2>
        <div className="segments" role="group" aria-label="What kind of list">
          {kinds.map(([kind, name]) => (
            <button key={kind} type="button" aria-pressed={wish.kind === kind} onClick={() => wish.kind !== kind && go(addressOf(nothing[kind]), true)}>
              {name}
            </button>
          ))}
        </div>
      </div>
      {wish.kind === 'words' && <ByWords key={wish.text} wish={wish} onAsk={ask} />}
      {wish.kind === 'journey' && (
        <div className="wish">
          <TrackPicker label="From" track={wish.from} onChoose={(from) => ask({ ...wish, from })} />
          <TrackPicker label="To" track={wish.to} onChoose={(to) => ask({ ...wish, to })} />
          <Amount label="Steps" value={wish.steps} most={100} onChange={(steps) => ask({ ...wish, steps })} />
        </div>
      )}
      {wish.kind === 'radio' && (
        <div className="wish">
          {wish.tracks.map((track) => (
            <TrackPicker
              key={track}
              label="After"
              track={track}
              onChoose={(other) => ask({ ...wish, tracks: wish.tracks.flatMap((one) => (one === track ? (other ? [other] : []) : [one])) })}
            />
          ))}
          <TrackPicker
            key={`next ${wish.tracks.length}`}
            label={wish.tracks.length ? 'And after' : 'After'}
            track={0}
            onChoose={(track) => ask({ ...wish, tracks: [...wish.tracks, track] })}
          />
          <Amount label="Minutes" value={wish.minutes} most={1440} onChange={(minutes) => ask({ ...wish, minutes })} />
        </div>
      )}
      <Made wish={wish} />
    </section>
  );
}

function ByWords({ wish, onAsk }: { wish: Wish & { kind: 'words' }; onAsk: (wish: Wish) => void }) {
  const [text, setText] = useState(wish.text);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (text.trim()) onAsk({ ...wish, text: text.trim() });
  };
  return (
    <form className="wish" onSubmit={submit}>
      <label className="wide">
        What should it sound like?
        <input value={text} maxLength={2000} placeholder="rainy evening, slow, no drums" onChange={(event) => setText(event.target.value)} />
      </label>
      <Amount label="Minutes" value={wish.minutes} most={1440} onChange={(minutes) => onAsk({ ...wish, text: text.trim() || wish.text, minutes })} />
      <button type="submit" className="primary" disabled={!text.trim()}>
        Make the list
      </button>
    </form>
  );
}

function Amount({ label, value, most, onChange }: { label: string; value: number; most: number; onChange: (value: number) => void }) {
  const [text, setText] = useState(String(value));
  useEffect(() => setText(String(value)), [value]);
  const done = () => {
    const wanted = Math.round(parseFloat(text));
    if (wanted >= 1 && wanted <= most && wanted !== value) onChange(wanted);
    else setText(String(value));
  };
  return (
    <label className="short">
      {label}
      <input
        inputMode="numeric"
        value={text}
        onChange={(event) => setText(event.target.value)}
        onBlur={done}
        onKeyDown={(event) => event.key === 'Enter' && done()}
      />
    </label>
  );
}
