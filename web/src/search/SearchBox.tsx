// The one box: words, sounds as chips, a dropped or chosen file, a recording.
import { useEffect, useId, useRef, useState, type FormEvent } from 'react';
import { asApiError, call } from '../api';
import { bytes, clock, span, title } from '../format';
import { info } from '../info';
import { useLoad } from '../load';
import { say } from '../notice';
import { Icon } from '../pieces/Icon';
import { emptyQuery, isText, isTrack, isUpload, queryAddress, sameItem, typed, withItem, withoutItem, words, type Item, type Query } from '../query';
import { go } from '../route';
import type { Info, QueryEcho } from '../schema';
import { useStore } from '../store';
import { dragged, dropped } from './drop';
import { answered, ideasKey, rankedIdeas } from './ideas';
import { recording, startRecording, stopRecording } from './record';
import { RecordingLine } from './RecordingLine';

interface Props {
  query: Query;
  echo: QueryEcho[] | undefined; // the server's names for the chips
  busy: boolean;
}

interface Pending {
  name: string;
  abort: AbortController;
}

export function SearchBox({ query, echo, busy }: Props) {
  const said = words(query)?.text ?? '';
  const [text, setText] = useState(said);
  const [pending, setPending] = useState<Pending | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const input = useRef<HTMLInputElement>(null);
  const files = useRef<HTMLInputElement>(null);
  const recorded = useStore(recording);
  const latest = useRef(query);
  latest.current = query;

  useEffect(() => setText(said), [said]);

  const suggested = useId();
  const [used, setUsed] = useState(false);
  const now = useStore(info);
  const ranked = useLoad(used ? ideasKey(now) : '', (signal) => rankedIdeas(now as Info, signal));
  const ideas = now && ranked.value ? answered(ranked.value, now.levels) : [];

  const submit = (event?: FormEvent) => {
    event?.preventDefault();
    const { words: plain, against } = typed(text);
    let next: Query = { ...query, items: query.items.filter((item) => !(isText(item) && !item.negative)) };
    if (plain) next = { ...next, items: [{ text: plain, negative: false }, ...next.items] };
    for (const one of against) next = withItem(next, { text: one, negative: true });
    setText(plain);
    setFailure(null);
    go(queryAddress(next));
  };

  const take = async (file: Blob, name: string) => {
    setFailure(null);
    pending?.abort.abort();
    const limits = info.get()?.limits;
    if (file.size === 0) return setFailure(`${name} is empty.`);
    if (limits && file.size > limits.upload_bytes)
      return setFailure(`${name} has ${bytes(file.size)}; this server takes sounds of up to ${bytes(limits.upload_bytes)}.`);
    const abort = new AbortController();
    setPending({ name, abort });
    try {
      const upload = await call('POST /api/v1/uploads', { query: { name: name.slice(0, 200) }, body: file }, { signal: abort.signal });
      if (upload.warning) say(upload.warning);
      // A new sound takes the place of the one before; words that stand beside it stay.
      const now = latest.current;
      const others = now.items.filter((item) => !(isUpload(item) && !item.negative));
      go(queryAddress(withItem({ ...now, items: others }, { upload: upload.id, name: upload.name, negative: false })));
    } catch (error) {
      if (!abort.signal.aborted) setFailure(why(asApiError(error), name));
    } finally {
      setPending((now) => (now?.abort === abort ? null : now));
    }
  };
  const taking = useRef(take);
  taking.current = take;

  useEffect(() => {
    const stop = dropped.follow(() => {
      const file = dropped.get();
      if (!file) return;
      dropped.set(null);
      void taking.current(file, file.name);
    });
    const waiting = dropped.get(); // a file that was dropped on another page
    if (waiting) {
      dropped.set(null);
      void taking.current(waiting, waiting.name);
    }
    return stop;
  }, []);

  const record = async () => {
    setFailure(null);
    if (recorded) {
      const sound = await stopRecording();
      if (sound) await take(sound, 'Recording');
      return;
    }
    const problem = await startRecording();
    if (problem) setFailure(problem);
  };

  const chips = query.items.filter((item) => !(isText(item) && item.text === said && !item.negative));
  return (
    <form className={`box${recorded ? ' recording' : ''}`} role="search" onSubmit={submit}>
      <div className="field">
        <span className="lens">{busy || pending ? <span className="spinner" aria-hidden="true" /> : <Icon name="search" size={22} />}</span>
        {chips.length > 0 && (
          <ul className="chips" aria-label="Parts of the search">
            {chips.map((item) => (
              <Chip key={chipKey(item)} item={item} query={query} echo={echo?.[query.items.indexOf(item)]} />
            ))}
          </ul>
        )}
        {recorded ? (
          <RecordingLine />
        ) : (
          <input
            ref={input}
            id="words"
            type="search"
            enterKeyHint="search"
            autoComplete="off"
            spellCheck={false}
            aria-label="Describe a sound"
            list={suggested}
            onFocus={() => setUsed(true)}
            aria-describedby={failure ? 'box-failure' : undefined}
            maxLength={2000}
            placeholder={chips.length ? 'and words …' : 'Describe a sound, drop a file, or record'}
            value={text}
            onChange={(event) => setText(event.target.value)}
            onKeyDown={(event) => {
              const last = chips.at(-1);
              if (event.key === 'Backspace' && text === '' && last) go(queryAddress(withoutItem(query, last)));
              // While something is typed the arrows go through what is suggested.
              if (event.key === 'ArrowDown' && text === said) {
                document.querySelector<HTMLElement>('.virtual [tabindex="0"]')?.focus();
                event.preventDefault();
              }
            }}
          />
        )}
        {(text || chips.length > 0) && !recorded && (
          <button
            type="button"
            className="quiet"
            aria-label="Clear the search"
            onClick={() => {
              setText('');
              setFailure(null);
              go(queryAddress(emptyQuery));
              input.current?.focus();
            }}
          >
            <Icon name="close" />
          </button>
        )}
        <span className="divider" aria-hidden="true" />
        <button type="button" className="quiet" title="Choose a sound file" aria-label="Choose a sound file" onClick={() => files.current?.click()}>
          <Icon name="file" />
        </button>
        <button
          type="button"
          className={recorded ? 'record on' : 'quiet record'}
          title={recorded ? 'Stop and search' : 'Record'}
          aria-label={recorded ? 'Stop recording and search' : 'Record with the microphone'}
          onClick={() => void record()}
        >
          <Icon name={recorded ? 'stop' : 'mic'} />
        </button>
        <button type="submit" className="primary go">
          <Icon name="search" /> <span className="word">Search</span>
        </button>
      </div>
      <input
        ref={files}
        type="file"
        hidden
        accept="audio/*,video/*,.flac,.opus,.ape,.wv,.mka"
        onChange={(event) => {
          const file = event.target.files?.[0];
          event.target.value = '';
          if (file) void take(file, file.name);
        }}
      />
      {pending && (
        <p className="under" role="status">
          Listening to {pending.name} …{' '}
          <button type="button" className="link" onClick={() => pending.abort.abort()}>
            Stop
          </button>
        </p>
      )}
      {failure && (
        <p className="under bad" id="box-failure" role="alert">
          <Icon name="warn" size={16} /> {failure}
        </p>
      )}
      <datalist id={suggested}>
        {ideas.map((idea) => (
          <option key={idea.text} value={idea.text} />
        ))}
      </datalist>
      <DropZone />
    </form>
  );
}

function why(error: { status: number; message: string }, name: string): string {
  if (error.status === 415) return `${name} is not a sound that can be read. ${error.message}`;
  if (error.status === 422) return `${name} is damaged. ${error.message}`;
  const longest = info.get()?.limits.upload_seconds;
  if (error.status === 413 && longest) return `${name}: ${error.message} (at most ${span(longest)}).`;
  return error.message.includes(name) ? error.message : `${name}: ${error.message}`;
}

const chipKey = (item: Item) => (isText(item) ? `w${item.text}` : isTrack(item) ? `t${item.track}` : `u${item.upload}`);

function Chip({ item, query, echo }: { item: Item; query: Query; echo: QueryEcho | undefined }) {
  const name = isText(item) ? item.text : isUpload(item) ? item.name : echo?.track ? title(echo.track) : `Track ${item.track}`;
  const part = item.part ? ` ${clock(item.part.start)}–${clock(item.part.start + item.part.duration)}` : '';
  const turn = () => go(queryAddress({ ...query, items: query.items.map((one) => (sameItem(one, item) ? { ...one, negative: !one.negative } : one)) }));
  return (
    <li className={item.negative ? 'chip minus' : 'chip'}>
      <button
        type="button"
        className="sign"
        aria-label={item.negative ? `${name} counts against; count it for` : `${name} counts for; count it against`}
        title={item.negative ? 'Counts against' : 'Counts for'}
        onClick={turn}
      >
        {item.negative ? '−' : '+'}
      </button>
      {!isText(item) && <Icon name="like" size={16} />}
      <span className="name">
        {name}
        {part}
      </span>
      <button type="button" className="take-off" aria-label={`Take ${name} off`} onClick={() => go(queryAddress(withoutItem(query, item)))}>
        <Icon name="close" size={14} />
      </button>
    </li>
  );
}

function DropZone() {
  const over = useStore(dragged);
  return over ? (
    <div className="drop-zone" aria-hidden="true">
      <p>Drop a sound to find what is like it</p>
    </div>
  ) : null;
}
