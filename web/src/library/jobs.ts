// The jobs of this run of the server, and those that this page has started.
import { useState } from 'react';
import { call } from '../api';
import { refreshInfo } from '../info';
import { useLoad } from '../load';
import type { Job } from '../schema';
import { isOver } from './follow';
import { lookForJobs } from './indexing';

export function useJobs() {
  const known = useLoad('jobs', (signal) => call('GET /api/v1/jobs', {}, { signal }));
  const [started, setStarted] = useState<Job[]>([]);
  const listed = known.value?.jobs ?? [];
  const all = [...started.filter((one) => !listed.some((other) => other.id === one.id)), ...listed];
  const running = all.filter((one) => !isOver(one));
  return {
    running,
    /** Those worth a panel: what runs, else what ran last. */
    shown: running.length ? running : all.slice(0, 1),
    add: (job: Job) => {
      setStarted((before) => [job, ...before]);
      void lookForJobs();
    },
    over: () => {
      known.again();
      void refreshInfo();
    },
  };
}
