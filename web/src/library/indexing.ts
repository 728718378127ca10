// What is being indexed at present, for every page that shows what is there so far.
import { call } from '../api';
import { info, refreshInfo } from '../info';
import type { Job } from '../schema';
import { createStore } from '../store';
import { isOver } from './follow';

const pause = 2500; // milliseconds between two looks while something is indexed

export const indexing = createStore<Job[]>([]);

let timer: ReturnType<typeof setTimeout> | undefined;

/** Looks now, and again until nothing is indexed any more. */
export async function lookForJobs(): Promise<void> {
  clearTimeout(timer);
  if (!info.get()?.can.includes('library')) return;
  const jobs = await call('GET /api/v1/jobs', {}).then(
    (answer) => answer.jobs.filter((job) => !isOver(job)),
    () => indexing.get(), // the connection's own state tells; it is asked again
  );
  const before = indexing.get();
  if (jobs.length || before.length) await refreshInfo();
  if (jobs.length || before.length) indexing.set(jobs);
  if (jobs.length) timer = setTimeout(() => void lookForJobs(), pause);
}
