// Before the first search: what this library is likely to answer well, asked of the library itself.
import { lazy, Suspense } from 'react';
import { count, plural, span } from '../format';
import { info, sources } from '../info';
import { useLoad } from '../load';
import { IndexingLine } from '../library/IndexingLine';
import { Link } from '../pieces/Link';
import { emptyQuery, queryAddress, type Query } from '../query';
import type { Info } from '../schema';
import { useStore } from '../store';
import { ideasKey, rankedIdeas } from './ideas';

const FirstFolder = lazy(() => import('../library/FirstFolder').then((module) => ({ default: module.FirstFolder })));

const shown = 6;

export function Empty() {
  const now = useStore(info);
  const folders = useStore(sources);
  const tracks = now?.library.tracks ?? 0;
  const { value } = useLoad(ideasKey(now), (signal) => rankedIdeas(now as Info, signal));
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
      <IndexingLine />
      <ul className="tries" aria-label="Try">
        {(value ?? []).slice(0, shown).map((idea) => (
          <li key={idea.text}>
            <Link to={queryAddress(textQuery(idea.text))}>{idea.text}</Link>
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
