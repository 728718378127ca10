// One indexing job: how far it is, what it reads, what it left out and why; pause, go on, cancel.
import { useState } from 'react';
import { asApiError, call } from '../api';
import { count, plural, span } from '../format';
import { say } from '../notice';
import { Icon } from '../pieces/Icon';
import type { Job, Problem } from '../schema';
import { isOver, useJob } from './follow';

const said: Record<Job['state'], string> = {
  queued: 'Waits its turn',
  running: 'Listening',
  paused: 'Paused',
  done: 'Done',
  cancelled: 'Cancelled',
  failed: 'Failed',
};

export function JobPanel({ first, onOver }: { first: Job; onOver: () => void }) {
  const { job: followed, link } = useJob(first, onOver);
  const [answer, setAnswer] = useState<Job | null>(null);
  const [busy, setBusy] = useState(false);
  // The answer to a press counts until the next event.
  const job = answer && !isOver(followed) && answer.progress.files_done >= followed.progress.files_done ? { ...followed, state: answer.state } : followed;
  const { progress } = job;
  const over = isOver(job);

  const tell = async (what: 'pause' | 'resume' | 'cancel') => {
    setBusy(true);
    try {
      const path = { job: job.id };
      const next =
        what === 'pause'
          ? await call('POST /api/v1/jobs/{job}/pause', { path })
          : what === 'resume'
            ? await call('POST /api/v1/jobs/{job}/resume', { path })
            : await call('POST /api/v1/jobs/{job}/cancel', { path });
      setAnswer(next);
    } catch (error) {
      say(asApiError(error).message, { bad: true });
    }
    setBusy(false);
  };

  // By sound, where that is known: files are short and long.
  const part = progress.part_done > 0 ? progress.part_done : progress.files_total ? progress.files_done / progress.files_total : over ? 1 : 0;
  const left = job.state === 'running' && link === 'live' ? progress.seconds_left : null;
  const speed = progress.elapsed_seconds > 1 ? progress.audio_seconds / progress.elapsed_seconds : 0;
  return (
    <article className={`job ${link === 'live' ? job.state : 'lost'}`} aria-label={`Indexing ${job.folder}`}>
      <header>
        <div>
          <p className="state">{link === 'lost' ? 'Connection lost' : link === 'forgotten' ? 'Interrupted' : said[job.state]}</p>
          <p className="path">{job.folder}</p>
        </div>
        {!over && link === 'live' && (
          <div className="job-buttons">
            {job.state === 'paused' ? (
              <button type="button" disabled={busy} onClick={() => void tell('resume')}>
                <Icon name="play" size={18} /> Go on
              </button>
            ) : (
              <button type="button" disabled={busy || job.state !== 'running'} onClick={() => void tell('pause')}>
                <Icon name="pause" size={18} /> Pause
              </button>
            )}
            <button type="button" disabled={busy} onClick={() => void tell('cancel')}>
              <Icon name="close" size={18} /> Cancel
            </button>
          </div>
        )}
      </header>
      {link === 'lost' && (
        <p className="hint warn" role="status">
          The server does not answer. Trying again; what was indexed is safe.
        </p>
      )}
      {link === 'forgotten' && (
        <p className="hint warn" role="status">
          The server was started again meanwhile, so this job ended. What was indexed stays; “Look again” goes on with the rest.
        </p>
      )}
      <div className="progress-line" role="progressbar" aria-label="Files done" aria-valuemin={0} aria-valuemax={100} aria-valuenow={Math.round(part * 100)}>
        <span style={{ width: `${(part * 100).toFixed(1)}%` }} />
      </div>
      <p className="sub">
        {progress.files_total === 0 && !over ? 'Reading the folder …' : `${count(progress.files_done)} of ${plural(progress.files_total, 'file')}`}
        {progress.audio_seconds > 0 && ` · ${span(progress.audio_seconds)} of sound`}
        {!over && speed > 0 && ` · ${speed.toFixed(0)} times as fast as it plays`}
        {left !== null && ` · about ${span(left)} left`}
        {progress.skipped > 0 && ` · ${count(progress.skipped)} skipped`}
      </p>
      {!over && progress.current && <p className="current">{progress.current}</p>}
      {job.error && (
        <p className="hint warn" role="alert">
          <Icon name="warn" size={16} /> {wrong(job.error)}
        </p>
      )}
      {job.report && <Report job={job} />}
      <Notes title="Skipped" notes={job.skipped} open />
      <Notes title="With warnings" notes={job.warnings} />
    </article>
  );
}

function wrong({ code }: Problem): string {
  if (code === 'permission_denied') return 'Hearken may not read this folder.';
  if (code === 'not_found') return 'This folder is not there any more.';
  if (code === 'busy') return 'Another program is writing to the library. Look again when it is done.';
  if (code === 'io') return 'The disk could not be read or written; it may be full.';
  return 'It could not go on. What was indexed stays; the log of Hearken says why.';
}

function Report({ job }: { job: Job }) {
  const report = job.report;
  if (!report) return null;
  const parts = [
    [report.indexed, 'new or changed'],
    [report.unchanged, 'unchanged'],
    [report.moved, 'moved'],
    [report.missing, 'missing'],
    [report.pruned, 'forgotten'],
    [report.skipped, 'skipped'],
  ] as const;
  return (
    <p className="report" role="status">
      {parts
        .filter(([number, what]) => number > 0 || what === 'new or changed')
        .map(([number, what]) => `${count(number)} ${what}`)
        .join(' · ')}{' '}
      · {span(report.elapsed_seconds)}
    </p>
  );
}

function Notes({ title, notes, open = false }: { title: string; notes: Job['skipped']; open?: boolean }) {
  if (notes.length === 0) return null;
  return (
    <details className="notes" open={open && notes.length <= 20}>
      <summary>
        {title}: {plural(notes.length, 'file')}
      </summary>
      <ul>
        {notes.map((note) => (
          <li key={note.path}>
            <span className="path">{note.path}</span>
            <span className="reason">{note.reason}</span>
          </li>
        ))}
      </ul>
    </details>
  );
}
