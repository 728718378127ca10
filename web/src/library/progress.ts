// How far several jobs are, together: pure.
import type { Job } from '../schema';

/** "12 of 40 files, about 3 min left": of all that runs. */
export function progressOf(jobs: Pick<Job, 'state' | 'progress'>[]): { done: number; total: number; left: number | null } {
  const sum = (part: (job: Pick<Job, 'state' | 'progress'>) => number) => jobs.reduce((all, job) => all + part(job), 0);
  // One waits for the other: what is left is known only when each of them says it.
  const left = jobs.every((job) => job.progress.seconds_left !== null) ? sum((job) => job.progress.seconds_left ?? 0) : null;
  return { done: sum((job) => job.progress.files_done), total: sum((job) => job.progress.files_total), left: jobs.length ? left : null };
}
