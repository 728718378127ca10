// The labels that a sound may have, as bars; out of a set, or of the user's own. A press on one searches for it.
import { useState, type FormEvent } from 'react';
import { call } from '../api';
import { useLoad, type Loaded } from '../load';
import { emptyQuery, queryAddress } from '../query';
import { go } from '../route';
import type { Classified, LabelScore } from '../schema';
import type { Asked } from './asked';
import { Failure } from './Failure';
import { labelsOf, percent, setTitle, spokenLabel } from './labels';

export type Question = { set: string } | { labels: string[] };

interface Props extends Asked {
  question: Question;
  answer: Loaded<Classified>;
  onQuestion: (question: Question) => void;
}

const own = '*'; // no set is called so

export function Classification({ name, tab, question, answer, onQuestion }: Props) {
  const { value, error, loading } = answer;
  const sets = useLoad('labels', (signal) => call('GET /api/v1/labels', {}, { signal })).value?.sets ?? [];
  const [choice, setChoice] = useState('set' in question ? question.set : own);
  const [text, setText] = useState('');
  const choose = (wanted: string) => {
    setChoice(wanted);
    if (wanted !== own) onQuestion({ set: wanted });
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const labels = labelsOf(text);
    if (labels.length) onQuestion({ labels });
  };
  return (
    <div className="classification" aria-busy={loading}>
      <div className="said">
        <div role="status" className="answer">
          {loading ? 'Listening …' : value && !error && <Answer of={value} />}
        </div>
        <label className="choice">
          Out of
          <select value={choice} tabIndex={tab} onChange={(event) => choose(event.target.value)}>
            {sets.length === 0 && <option value={choice}>{choice}</option>}
            {sets.map((set) => (
              <option key={set.name} value={set.name}>
                {setTitle(set)}
              </option>
            ))}
            <option value={own}>my own labels</option>
          </select>
        </label>
      </div>
      {choice === own && (
        <form className="asking" onSubmit={submit}>
          <label>
            Labels, with commas between them
            <input
              value={text}
              tabIndex={tab}
              maxLength={4000}
              autoComplete="off"
              placeholder="a dog, a door, somebody singing"
              onChange={(event) => setText(event.target.value)}
            />
          </label>
          <button type="submit" tabIndex={tab}>
            Ask
          </button>
        </form>
      )}
      {error && <Failure error={error} tab={tab} again={answer.again} />}
      {value && !error && <Bars labels={value.labels} name={name} tab={tab} fading={loading} />}
    </div>
  );
}

function Answer({ of: { answer, none, instead } }: { of: Classified }) {
  if (none)
    return (
      <>
        <b>None of these</b>
        {instead && (
          <>
            {' '}
            · rather <b>{instead}</b>
          </>
        )}
      </>
    );
  const sure = answer.probability >= 0.5;
  return (
    <>
      {!sure && 'Perhaps '}
      <b>{answer.label}</b> <span className="sub">{percent(answer.probability)}</span>
    </>
  );
}

function Bars({ labels, name, tab, fading }: { labels: LabelScore[]; name: string; tab: number | undefined; fading: boolean }) {
  const kinds = labels.some(withKinds);
  return (
    <>
      <ul className={fading ? 'bars fading' : 'bars'} aria-label={`What ${name} may be`}>
        {labels.map((one) => (
          <li key={one.label}>
            <button
              type="button"
              tabIndex={tab}
              title={`Search for ${spokenLabel(one.label)}`}
              onClick={() => go(queryAddress({ ...emptyQuery, items: [{ text: spokenLabel(one.label), negative: false }] }))}
            >
              <span className="hidden">Search for </span>
              <span className="label">{one.label}</span>
              <span className="bar" aria-hidden="true">
                <span className="total" style={{ width: `${(one.total * 100).toFixed(1)}%` }} />
                <span style={{ width: `${(one.probability * 100).toFixed(1)}%` }} />
              </span>
              <span className="number">
                {percent(one.probability)}
                {withKinds(one) && <span className="hidden">, with its kinds {percent(one.total)}</span>}
              </span>
              <span className="word">{one.holds && 'high'}</span>
            </button>
          </li>
        ))}
      </ul>
      <p className="sub">
        {kinds && 'The pale part: together with the kinds of it. '}
        {labels.some((one) => one.holds) && 'High: its own score is high, whatever the others have.'}
      </p>
    </>
  );
}

const withKinds = (one: LabelScore) => one.total - one.probability >= 0.01;
