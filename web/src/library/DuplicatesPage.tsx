// Recordings that are in the library more than once, to compare by ear. Nothing is deleted here.
import { useEffect } from 'react';
import { patiently } from '../api';
import { bytes, fileName, plural, title } from '../format';
import { useLoad } from '../load';
import { TrackLines } from '../lists/TrackLines';
import { Link } from '../pieces/Link';
import type { Duplicates } from '../schema';

type One = Duplicates['groups'][number][number];
const said = { best: 'the best one', identical: 'the same file', same: 'the same recording', near: 'nearly the same' } as const;

export function DuplicatesPage() {
  const { value, error } = useLoad('duplicates', (signal) => patiently('GET /api/v1/duplicates', {}, { signal }));
  useEffect(() => {
    document.title = 'Duplicates · Hearken';
  }, []);
  return (
    <main id="main" className="duplicates-page">
      <h1>Duplicates</h1>
      {error && error.code !== 'unreachable' && (
        <p className="hint warn" role="alert">
          {error.code === 'busy' ? 'Hearken has too much to do right now. Open this page again soon.' : 'The recordings could not be compared.'}
        </p>
      )}
      {!value && !error && (
        <p className="waiting" role="status">
          Comparing recordings …
        </p>
      )}
      {value && (
        <p className="hint" role="status">
          {value.groups.length === 0
            ? `${plural(value.tracks, 'track')} compared: each recording is here once.`
            : `${plural(value.groups.length, 'recording')} more than once; beside the best ones ${bytes(value.bytes_beside_best)}. Nothing is deleted here.`}
          {value.without_fingerprint > 0 && (
            <>
              {' '}
              Of {plural(value.without_fingerprint, 'track')} only the files could be compared; <Link to="/library">look again</Link> in their folders.
            </>
          )}
        </p>
      )}
      {value?.groups.map((group) => (
        <section key={group[0]?.track.id} className="group" aria-label={group[0] && title(group[0].track)}>
          <TrackLines tracks={group.map((one) => one.track)} note={(i) => group[i] && particulars(group[i])} />
        </section>
      ))}
    </main>
  );
}

const particulars = (one: One) =>
  `${said[one.likeness]} · ${fileName(one.track.path)} · ${bytes(one.bytes)} · ${Math.round(one.bits_per_second / 1000)} kbit/s`;
