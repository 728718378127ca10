// Search: the box, what narrows it, and what was found. The address is the query; everything here reads it from there.
import { useEffect, useMemo, useRef, useState } from 'react';
import { asApiError, call, patiently, type ApiError } from '../api';
import { count as number, likelihoodWord, milliseconds, plural, title } from '../format';
import { info, useHas } from '../info';
import { indexing } from '../library/indexing';
import { revivals } from '../load';
import { say, spoken } from '../notice';
import { Backdrop } from '../pieces/Backdrop';
import { Icon } from '../pieces/Icon';
import { Link } from '../pieces/Link';
import { playAll } from '../player/tracks';
import {
  bySound,
  canAsk,
  fromParameters,
  hasUpload,
  isFiltered,
  isText,
  isUpload,
  queryAddress,
  toRequest,
  withoutFilters,
  withoutItem,
  words,
  type Query,
} from '../query';
import { plainly } from '../plainly';
import { go, usePlace } from '../route';
import type { SearchResult } from '../schema';
import { useStore } from '../store';
import { Empty } from './Empty';
import { Filters } from './Filters';
import { QuerySounds } from './QuerySounds';
import { ReadingHelp } from './ReadingHelp';
import { Results } from './Results';
import { SearchBox } from './SearchBox';
import { AnswerLine, useWordings, Wordings } from './Wordings';

const page = 40;
const most = 1000; // the server ranks no further at once

interface Found {
  of: string; // the address that was asked
  result: SearchResult;
  whole: boolean; // there is nothing behind the last one
}

export function SearchPage() {
  const { parameters, text } = usePlace();
  const query = useMemo(() => fromParameters(parameters), [text]);
  const [found, setFound] = useState<Found | null>(null);
  const [error, setError] = useState<ApiError | null>(null);
  const [loading, setLoading] = useState(false);
  const [turn, setTurn] = useState(0);
  const revival = useStore(revivals);
  const asks = canAsk(query);
  const more = useRef(false);

  useEffect(() => {
    document.title = asks ? `${describe(query)} · Hearken` : 'Hearken';
    setError(null);
    if (!asks) {
      setFound(null);
      setLoading(false);
      return;
    }
    const abort = new AbortController();
    setLoading(true);
    patiently('POST /api/v1/search', { body: toRequest(query, page, 0) }, { signal: abort.signal }, 3).then(
      (result) => {
        setFound({ of: text, result, whole: result.results.length < page });
        setLoading(false);
        const best = result.results[0];
        spoken.set(
          best
            ? `${plural(result.results.length, 'result')} for ${describe(query)}. The first is ${title(best.track)}, likelihood ${likelihoodWord(best.level, best.likelihood)}.`
            : `Nothing found for ${describe(query)}.`,
        );
      },
      (failure: unknown) => {
        if (abort.signal.aborted) return;
        const known = asApiError(failure);
        setError(known);
        setLoading(false);
        setFound(null);
      },
    );
    return () => abort.abort();
  }, [text, turn, revival]);

  const loadMore = () => {
    if (!found || found.whole || more.current || found.result.results.length >= most) return;
    more.current = true;
    const offset = found.result.results.length;
    call('POST /api/v1/search', { body: toRequest(query, Math.min(page, most - offset), offset) })
      .then((next) =>
        setFound((now) =>
          now && now.of === found.of
            ? { ...now, whole: next.results.length < page, result: { ...now.result, results: [...now.result.results, ...next.results] } }
            : now,
        ),
      )
      .catch(() => undefined)
      .finally(() => {
        more.current = false;
      });
  };

  const result = asks ? found?.result : undefined;
  const sounds = bySound(query);
  const compared = useWordings(query);
  return (
    <main id="main" className={`search-page${asks ? '' : ' start'}`}>
      {!asks && <h1>What does it sound like?</h1>}
      {asks && <h1 className="hidden">Results for {describe(query)}</h1>}
      {!asks && <Backdrop />}
      <SearchBox query={query} echo={result?.query} busy={loading} />
      {(asks || query.items.length > 0) && (
        <Filters query={query} error={error?.at !== undefined ? error : null}>
          {result && <ResultTools query={query} result={result} />}
        </Filters>
      )}
      {!asks && <Empty />}
      {asks && sounds && <QuerySounds query={query} result={result} />}
      {error && error.at === undefined && error.code !== 'unreachable' && <Failure error={error} query={query} again={() => setTurn((n) => n + 1)} />}
      {result && (
        <>
          <div className="meta">
            <p>
              {result.results.length === 0 ? (
                'Nothing found'
              ) : (
                <>
                  {number(result.searched)} {result.searched === 1 ? 'track' : 'tracks'} heard in{' '}
                  <span title={`words or sound to vector ${milliseconds(result.timings_ms.embed)}, search ${milliseconds(result.timings_ms.search)}`}>
                    {milliseconds(result.timings_ms.total)}
                  </span>
                </>
              )}
              {(result.ratings > 0 || query.plain) && <Taste query={query} ratings={result.ratings} />}
              {unwanted(result, query).length > 0 && <> · without {unwanted(result, query).join(', ')}</>}
              {result.without_vectors > 0 && <> · {number(result.without_vectors)} not indexed with this model</>}
            </p>
          </div>
          {hasUpload(query) && (
            <p className="hint">An uploaded sound stays on this server for an hour and only here: the link to this search cannot be shared.</p>
          )}
          <Grown result={result} query={query} again={() => setTurn((n) => n + 1)} />
          {result.warnings.map((warning) => (
            <p className="hint warn" key={warning}>
              <Icon name="warn" size={16} /> {warning}
            </p>
          ))}
          {sounds && !query.byMean && result.results.length > 0 && <ReadingHelp windows={result.windows} />}
          {!sounds && <Wordings query={query} result={result} compared={compared} />}
          {result.results.length > 0 && <AnswerLine query={query} result={result} compared={found?.of === text ? compared : undefined} />}
          {result.results.length > 0 ? (
            <Results key={found?.of} query={query} result={result} onEnd={loadMore} fading={loading} />
          ) : (
            <NothingFound query={query} searched={result.searched} />
          )}
        </>
      )}
      {loading && !result && <Waiting sounds={sounds} />}
    </main>
  );
}

/** What the words themselves say is not wanted; what is a chip of its own stands there already. */
const unwanted = (result: SearchResult, query: Query) =>
  result.without.filter((text) => !query.items.some((item) => isText(item) && item.negative && item.text === text));

export function describe(query: Query): string {
  const said = words(query)?.text;
  const sound = query.items.find((item) => !item.negative && isUpload(item));
  if (said) return `“${said}”`;
  return sound && isUpload(sound) ? sound.name : 'sounds like this';
}

function ResultTools({ query, result }: { query: Query; result: SearchResult }) {
  const audible = useHas('sound');
  return (
    <div className="result-tools">
      {audible && result.results.length > 0 && (
        <button type="button" className="small" onClick={() => playAll(result.results.map((hit) => hit.track))}>
          <Icon name="play" size={16} /> Play all
        </button>
      )}
      <RankChoice query={query} />
      <button type="button" className="quiet small" aria-label="Copy link" title="Copy the link to this search" onClick={() => void share(query)}>
        <Icon name="link" size={18} />
      </button>
    </div>
  );
}

async function share(query: Query): Promise<void> {
  if (hasUpload(query)) {
    say('This search holds an uploaded sound, which only this server has for an hour. It cannot be shared.', { bad: true });
    return;
  }
  try {
    await navigator.clipboard.writeText(location.href);
    say('The link to this search is copied.');
  } catch {
    say('The browser did not allow copying; the address bar has the link.', { bad: true });
  }
}

// Thumbs put in front what is likely to please; whoever wants the scores' own order gets it.
function Taste({ query, ratings }: { query: Query; ratings: number }) {
  return (
    <>
      {' · '}
      {query.plain ? 'ordered by score alone' : `ordered by your ${plural(ratings, 'rating')} too`}{' '}
      <button type="button" className="link" onClick={() => go(queryAddress({ ...query, plain: !query.plain }))}>
        {query.plain ? 'Use my ratings' : 'Leave them out'}
      </button>
    </>
  );
}

// What was indexed since the search was asked.
function Grown({ query, result, again }: { query: Query; result: SearchResult; again: () => void }) {
  const tracks = useStore(info)?.library.tracks ?? 0;
  const growing = useStore(indexing).length > 0;
  const more = tracks - result.searched - result.without_vectors - result.self.length;
  if (!growing || more < 1 || isFiltered(query)) return null;
  return (
    <p className="hint" role="status">
      {plural(more, 'track')} more since then.{' '}
      <button type="button" className="link" onClick={again}>
        Search again
      </button>
    </p>
  );
}

function RankChoice({ query }: { query: Query }) {
  if (bySound(query)) {
    return (
      <label className="choice">
        <span>Compare</span>
        <select value={query.byMean ? 'mean' : 'votes'} onChange={(event) => go(queryAddress({ ...query, byMean: event.target.value === 'mean' }))}>
          <option value="votes">moment by moment</option>
          <option value="mean">as a whole</option>
        </select>
      </label>
    );
  }
  return (
    <label className="choice">
      <span>Rank by</span>
      <select value={query.rank} onChange={(event) => go(queryAddress({ ...query, rank: event.target.value as Query['rank'] }))}>
        <option value="mean">the whole track</option>
        <option value="best">its best moment</option>
        <option value="top3">its best three moments</option>
        <option value="moments">single moments</option>
      </select>
    </label>
  );
}

function Failure({ error, query, again }: { error: ApiError; query: Query; again: () => void }) {
  const lostUploads = error.status === 404 ? query.items.filter(isUpload) : [];
  return (
    <div className="failure" role="alert">
      <p>
        <Icon name="warn" />{' '}
        {lostUploads.length
          ? 'That sound is no longer on the server: uploads stay for an hour. Drop or record it again.'
          : error.status === 503
            ? 'The server has too much to do right now.'
            : plainly(error)}
      </p>
      {lostUploads.length ? (
        <button type="button" onClick={() => go(queryAddress(lostUploads.reduce<Query>(withoutItem, query)))}>
          Search without it
        </button>
      ) : (
        <button type="button" onClick={again}>
          Try again
        </button>
      )}
    </div>
  );
}

function NothingFound({ query, searched }: { query: Query; searched: number }) {
  const library = useStore(info)?.library;
  return (
    <div className="nothing">
      {library?.tracks === 0 ? (
        <p>
          The library is empty. <Link to="/library">Choose a folder</Link> first.
        </p>
      ) : searched === 0 ? (
        <>
          <p>The filters leave no track.</p>
          <button type="button" onClick={() => go(queryAddress(withoutFilters(query)))}>
            Take all filters off
          </button>
        </>
      ) : (
        <p>No track comes near this.</p>
      )}
    </div>
  );
}

function Waiting({ sounds }: { sounds: boolean }) {
  return (
    <div className="waiting" role="status">
      <span className="listening" aria-hidden="true">
        <i />
        <i />
        <i />
        <i />
        <i />
      </span>
      {sounds ? 'Listening …' : 'Searching …'}
    </div>
  );
}
