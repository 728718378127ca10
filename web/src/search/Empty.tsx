// Before the first search: what this library is likely to answer well, asked of the library itself.
import { lazy, Suspense } from 'react';
import { call } from '../api';
import { count, plural, score, span } from '../format';
import { info, sources } from '../info';
import { useLoad } from '../load';
import { emptyQuery, queryAddress, type Query } from '../query';
import { go } from '../route';
import type { Info } from '../schema';
import { useStore } from '../store';

const FirstFolder = lazy(() => import('../library/FirstFolder').then((module) => ({ default: module.FirstFolder })));

const ideas = [
  'a dog barking',
  'rain on a roof',
  'calm piano',
  'heavy metal',
  'waves on a shore',
  'a crackling fire',
  'epic orchestra',
  'electronic beat',
  'a baby crying',
  'slow strings',
  'a clock ticking',
  'dark ambient',
  'drums',
  'acoustic guitar',
  'a rooster crowing',
  'female vocals',
  'jazz band',
  'thunder',
  'choir',
  'flute',
  'footsteps',
  'birds singing',
  'suspense',
  'hip hop beat',
];
const shown = 6;

interface Idea {
  text: string;
  best: number;
}

export function Empty() {
  const now = useStore(info);
  const folders = useStore(sources);
  const tracks = now?.library.tracks ?? 0;
  const { value } = useLoad(now?.model && tracks > 0 ? `${now.model}/${now.library.name}/${tracks}` : '', (signal) => suggestions(now as Info, signal));
  if (now && tracks === 0) {
    return (
      <div className="empty">
        <p className="lead">This library holds no sound yet.</p>
        {folders &&
          (folders.roots.length > 0 ? (
            <Link to="/library">Choose a folder to listen to</Link>
          ) : (
            <Suspense>
              <FirstFolder />
            </Suspense>
          ))}
      </div>
    );
  }
  return (
    <div className="empty">
      <ul className="tries" aria-label="Try">
        {(value ?? []).map((idea) => (
          <li key={idea.text}>
            <Link to={queryAddress(textQuery(idea.text))}>
              {idea.text}{' '}
              <span className="number" title="the best score in this library">
                {score(idea.best)}
              </span>
            </Link>
          </li>
        ))}
      </ul>
      <p className="ways">
        Or drop a sound anywhere, record one with the microphone, or write what it should <em>not</em> be with a minus: <code>calm piano -drums</code>
      </p>
      {now && (
        <p className="stock">
          {plural(tracks, 'track')} · {now.library.audio_seconds > 0 && `${span(now.library.audio_seconds)} · `}
          {count(now.library.windows)} moments · model {now.model}
        </p>
      )}
    </div>
  );
}

const textQuery = (text: string): Query => ({ ...emptyQuery, items: [{ text, negative: false }] });

function Link({ to, children }: { to: string; children: React.ReactNode }) {
  return (
    <a
      href={to}
      onClick={(event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey) return;
        event.preventDefault();
        go(to);
      }}
    >
      {children}
    </a>
  );
}

// All ideas become vectors in one request, and all vectors are searched in one: what scores best is worth suggesting.
async function suggestions(now: Info, signal: AbortSignal): Promise<Idea[]> {
  const key = `ideas/${now.model}/${now.library.name}/${now.library.tracks}/${now.library.windows}`;
  const before = sessionStorage.getItem(key);
  if (before) return JSON.parse(before) as Idea[];
  const { texts } = await call('POST /api/v1/embed', { body: { texts: ideas, encoding: 'base64' } }, { signal });
  const { results } = await call('POST /api/v1/vectors/search', { body: { vectors: texts, of: 'tracks', rank: 'mean', k: 1 } }, { signal });
  const ranked = ideas
    .map((text, i) => ({ text, best: results[i]?.[0]?.score ?? -1 }))
    .sort((a, b) => b.best - a.best)
    .slice(0, shown);
  try {
    sessionStorage.setItem(key, JSON.stringify(ranked));
  } catch {
    // asked again next time
  }
  return ranked;
}
