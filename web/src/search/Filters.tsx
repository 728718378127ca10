// What narrows a search: genre, tags, length, source and folder, and the condition language with its error at its place.
import { useEffect, useRef, useState, type FormEvent, type ReactNode } from 'react';
import type { ApiError } from '../api';
import { facets, sources } from '../info';
import { fileName } from '../format';
import { Icon } from '../pieces/Icon';
import { TakeOff } from '../pieces/Tags';
import { isFiltered, keys, placeInWhere, queryAddress, withoutFilters, withTag, type Query } from '../query';
import { go } from '../route';
import { useStore } from '../store';
import { useNarrow } from './rowHeight';

/** `children` stand at the end of the line. */
export function Filters({ query, error, children }: { query: Query; error: ApiError | null; children?: ReactNode }) {
  const { genres = [], tags = [] } = useStore(facets) ?? {};
  const folders = useStore(sources)?.sources ?? [];
  const narrow = useNarrow();
  const [open, setOpen] = useState((isFiltered(query) && !narrow) || error !== null);
  const ask = (part: Partial<Query>) => go(queryAddress({ ...query, ...part }));
  const filtered = isFiltered(query);
  useEffect(() => {
    if (error) setOpen(true);
  }, [error]);
  return (
    <section className="filters" aria-label="Filters">
      <div className="filter-line">
        <button type="button" className={`quiet small toggle${filtered ? ' on' : ''}`} aria-expanded={open} onClick={() => setOpen(!open)}>
          <Icon name="filter" size={16} /> Filters{filtered ? ' · on' : ''}
        </button>
        {filtered && (
          <button type="button" className="quiet small" onClick={() => go(queryAddress(withoutFilters(query)))}>
            Take all off
          </button>
        )}
        {query.tags.length > 0 && (
          <ul className="chips" aria-label="Tags asked for">
            {query.tags.map((tag) => (
              <TakeOff key={tag} tag={tag} onPress={() => ask({ tags: query.tags.filter((one) => one !== tag) })} />
            ))}
          </ul>
        )}
        {children}
      </div>
      {open && (
        <div className="filter-fields">
          <label>
            Genre
            <select value={query.genres[0] ?? '*'} onChange={(event) => ask({ genres: event.target.value === '*' ? [] : [event.target.value] })}>
              <option value="*">any</option>
              {genres.map((genre) => (
                <option key={genre.value} value={genre.value}>
                  {genre.value || 'not tagged'} ({genre.tracks})
                </option>
              ))}
            </select>
          </label>
          {tags.length > 0 && (
            <label>
              Tag
              <select value="" onChange={(event) => go(queryAddress(withTag(query, event.target.value)))}>
                <option value="">{query.tags.length ? 'and also …' : 'any'}</option>
                {tags
                  .filter((tag) => !query.tags.includes(tag.value))
                  .map((tag) => (
                    <option key={tag.value} value={tag.value}>
                      {tag.value} ({tag.tracks})
                    </option>
                  ))}
              </select>
            </label>
          )}
          <Minutes label="At least" value={query.shortest} onChange={(shortest) => ask({ shortest })} />
          <Minutes label="At most" value={query.longest} onChange={(longest) => ask({ longest })} />
          <Numeric label="Tempo from" unit="bpm" value={query.slowest} onChange={(slowest) => ask({ slowest })} />
          <Numeric label="Tempo to" unit="bpm" value={query.fastest} onChange={(fastest) => ask({ fastest })} />
          <label>
            Key
            <select value={query.key} onChange={(event) => ask({ key: event.target.value })}>
              <option value="">any</option>
              {keys.map((key) => (
                <option key={key} value={key}>
                  {key}
                </option>
              ))}
            </select>
          </label>
          <Numeric label="Loudness from" unit="LUFS" below value={query.quietest} onChange={(quietest) => ask({ quietest })} />
          <Numeric label="Loudness to" unit="LUFS" below value={query.loudest} onChange={(loudest) => ask({ loudest })} />
          {folders.length > 1 && (
            <label>
              Source
              <select value={query.source} onChange={(event) => ask({ source: Number(event.target.value) })}>
                <option value={0}>all</option>
                {folders.map((one) => (
                  <option key={one.id} value={one.id} title={one.path}>
                    {fileName(one.path) || one.path}
                  </option>
                ))}
              </select>
            </label>
          )}
          <Written label="Folder or file name has" value={query.folder} onChange={(folder) => ask({ folder })} />
          <Where query={query} error={error} onChange={(where) => ask({ where })} />
        </div>
      )}
    </section>
  );
}

// Minutes and seconds are typed as people say them: "3", "2:30".
function Minutes({ label, value, onChange }: { label: string; value: number; onChange: (seconds: number) => void }) {
  const shown = value ? (value % 60 ? `${Math.floor(value / 60)}:${String(Math.round(value % 60)).padStart(2, '0')}` : String(value / 60)) : '';
  return (
    <Written
      label={label}
      unit="min"
      value={shown}
      onChange={(text) => {
        const found = /^(\d+(?:[.,]\d+)?)(?::(\d{1,2}))?$/.exec(text.trim());
        onChange(found ? Math.round(Number(found[1]?.replace(',', '.')) * 60 + Number(found[2] ?? 0)) : 0);
      }}
    />
  );
}

/** `below` 0 are decibels of full scale: -14 may be typed as 14. */
function Numeric({
  label,
  unit,
  value,
  below = false,
  onChange,
}: {
  label: string;
  unit: string;
  value: number;
  below?: boolean;
  onChange: (value: number) => void;
}) {
  return (
    <Written
      label={label}
      unit={unit}
      value={value ? String(value).replace('-', '−') : ''}
      onChange={(text) => {
        const found = Math.abs(Number(text.trim().replace('−', '-').replace(',', '.'))) || 0;
        onChange(below ? -found || 0 : found);
      }}
    />
  );
}

function Written({ label, unit, value, onChange }: { label: string; unit?: string; value: string; onChange: (text: string) => void }) {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  const done = () => {
    if (text !== value) onChange(text);
  };
  return (
    <label className={unit ? 'short' : ''}>
      {label}
      <span className="with-unit">
        <input
          value={text}
          inputMode={unit ? 'decimal' : 'text'}
          maxLength={500}
          placeholder={unit ? 'any' : ''}
          onChange={(event) => setText(event.target.value)}
          onBlur={done}
          onKeyDown={(event) => event.key === 'Enter' && done()}
        />
        {unit && <span aria-hidden="true">{unit}</span>}
      </span>
    </label>
  );
}

function Where({ query, error, onChange }: { query: Query; error: ApiError | null; onChange: (where: string) => void }) {
  const [text, setText] = useState(query.where);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => setText(query.where), [query.where]);
  const place = error?.at !== undefined ? placeInWhere(query, error.at) : -1;
  useEffect(() => {
    // The caret goes where the mistake is, if the field is being used.
    if (place >= 0 && document.activeElement === input.current) input.current?.setSelectionRange(place, place + 1);
  }, [place]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onChange(text.trim());
  };
  const characters = [...query.where];
  return (
    <form className="where" onSubmit={submit}>
      <label>
        Condition
        <input
          ref={input}
          className="code"
          value={text}
          spellCheck={false}
          autoCapitalize="off"
          autoComplete="off"
          placeholder="genre = 'Jazz' and duration < 300"
          aria-invalid={error !== null}
          aria-describedby={error ? 'where-error' : 'where-help'}
          onChange={(event) => setText(event.target.value)}
          onBlur={() => text.trim() !== query.where && onChange(text.trim())}
        />
      </label>
      {error ? (
        <div className="where-error" id="where-error" role="alert">
          {place >= 0 && query.where && (
            <code aria-hidden="true">
              {characters.slice(0, place).join('')}
              <mark>{characters[place] ?? '␣'}</mark>
              {characters.slice(place + 1).join('')}
            </code>
          )}
          <p>{error.message}</p>
        </div>
      ) : (
        <p id="where-help" className="help">
          path, title, artist, album, genre, tag, duration, added · = != &lt; &gt; ~ in, is empty · and, or, not
        </p>
      )}
    </form>
  );
}
