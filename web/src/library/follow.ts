// A job as it changes: server-sent events, and patience when the server goes away in the middle.
import { useEffect, useRef, useState } from 'react';
import { asApiError, call, connection, eventsUrl } from '../api';
import { isBack } from '../load';
import type { Job } from '../schema';

export const isOver = (job: Job) => job.state === 'done' || job.state === 'cancelled' || job.state === 'failed';

export interface Followed {
  job: Job;
  link: 'live' | 'lost' | 'forgotten'; // forgotten: the server was started anew and does not know the job
}

export function useJob(first: Job, onOver: () => void): Followed {
  const [state, setState] = useState<Followed>({ job: first, link: 'live' });
  const over = useRef(onOver);
  over.current = onOver;
  useEffect(() => {
    if (isOver(first)) {
      setState({ job: first, link: 'live' });
      return;
    }
    let events: EventSource | null = null;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let stopped = false;

    const show = (job: Job) => {
      setState({ job, link: 'live' });
      if (isOver(job)) {
        events?.close(); // otherwise the browser would ask again and again
        over.current();
      }
    };
    const open = () => {
      events = new EventSource(eventsUrl(first.id));
      events.addEventListener('job', (event) => show(JSON.parse((event as MessageEvent<string>).data) as Job));
      events.onerror = () => {
        events?.close();
        if (stopped) return;
        setState((now) => ({ ...now, link: 'lost' }));
        timer = setTimeout(() => void again(), 1000);
      };
    };
    const again = async () => {
      if (stopped) return;
      connection.set('down');
      if (!(await isBack())) {
        timer = setTimeout(() => void again(), 1500);
        return;
      }
      try {
        const job = await call('GET /api/v1/jobs/{job}', { path: { job: first.id } });
        if (stopped) return;
        // Numbers of jobs begin anew with the server; the date tells whether it is the same one.
        if (job.created !== first.created) return setState((now) => ({ ...now, link: 'forgotten' }));
        show(job);
        if (!isOver(job)) open();
      } catch (error) {
        if (stopped) return;
        if (asApiError(error).status === 404) setState((now) => ({ ...now, link: 'forgotten' }));
        else timer = setTimeout(() => void again(), 1500);
      }
    };
    open();
    return () => {
      stopped = true;
      clearTimeout(timer);
      events?.close();
    };
  }, [first.id, first.created]);
  return state;
}
