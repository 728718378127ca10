// The library: what is in it, the folders it comes from, indexing as it happens, and every track.
import { useEffect } from 'react';
import { asApiError, call } from '../api';
import { bytes, count, plural, span, when } from '../format';
import { info, refreshInfo, sources } from '../info';
import { say } from '../notice';
import { Icon } from '../pieces/Icon';
import { useStore } from '../store';
import { Begin, ChooseFolder } from './Begin';
import { JobPanel } from './JobPanel';
import { useJobs } from './jobs';
import { TrackList } from './TrackList';

export function LibraryPage() {
  const now = useStore(info);
  const folders = useStore(sources);
  const { running, shown, add, over } = useJobs();
  useEffect(() => {
    document.title = 'Library · Hearken';
    void refreshInfo();
  }, []);

  const index = async (body: { source: number } | { root: number }) => {
    try {
      add(await call('POST /api/v1/jobs', { body }));
    } catch (error) {
      say(`Not started: ${asApiError(error).message}`, { bad: true });
    }
  };
  const rest = (folders?.roots ?? []).filter((root) => !folders?.sources.some((source) => source.path === root.path));
  const empty = folders !== null && folders.sources.length === 0 && rest.length === 0;
  const mayChoose = now?.can.includes('folders') ?? false;
  const busyWith = (folder: string) => running.some((one) => one.folder === folder);

  return (
    <main id="main" className="library-page">
      <h1>Library</h1>
      {now && (
        <dl className="figures">
          <div>
            <dd>{count(now.library.tracks)}</dd>
            <dt>{now.library.tracks === 1 ? 'track' : 'tracks'}</dt>
          </div>
          <div>
            <dd>{span(now.library.audio_seconds)}</dd>
            <dt>of sound</dt>
          </div>
          <div>
            <dd>{count(now.library.windows)}</dd>
            <dt>moments</dt>
          </div>
          <div>
            <dd>{bytes(now.library.bytes)}</dd>
            <dt>library file</dt>
          </div>
          {now.library.missing > 0 && (
            <div>
              <dd>{count(now.library.missing)}</dd>
              <dt>missing files</dt>
            </div>
          )}
        </dl>
      )}
      <section aria-labelledby="folders">
        <div className="section-line">
          <h2 id="folders">Folders</h2>
          {mayChoose && !empty && <ChooseFolder onStart={add} />}
        </div>
        {now && empty && running.length === 0 && (
          <div className="hint-box begin">
            <Begin onStart={add} />
          </div>
        )}
        <ul className="folders">
          {folders?.sources.map((source) => (
            <li key={`s${source.id}`}>
              <div>
                <p className="path">{source.path}</p>
                <p className="sub">
                  {plural(source.tracks, 'track')} · since {when(source.added)}
                </p>
              </div>
              <button
                type="button"
                disabled={busyWith(source.path)}
                aria-label={`Look again in ${source.path}`}
                onClick={() => void index({ source: source.id })}
              >
                <Icon name="refresh" size={18} /> Look again
              </button>
            </li>
          ))}
          {rest.map((root) => (
            <li key={`r${root.id}`} className="not-yet">
              <div>
                <p className="path">{root.path}</p>
                <p className="sub">not indexed yet</p>
              </div>
              <button
                type="button"
                className="primary"
                disabled={busyWith(root.path)}
                aria-label={`Index this folder: ${root.path}`}
                onClick={() => void index({ root: root.id })}
              >
                Index this folder
              </button>
            </li>
          ))}
        </ul>
      </section>
      {shown.length > 0 && (
        <section aria-labelledby="indexing">
          <h2 id="indexing">Indexing</h2>
          {shown.map((job) => (
            <JobPanel key={job.id} first={job} onOver={over} />
          ))}
        </section>
      )}
      <TrackList tracks={now?.library.tracks ?? 0} />
    </main>
  );
}
