// The search page of an empty library: how to begin, and the indexing that was begun.
import { Begin } from './Begin';
import { JobPanel } from './JobPanel';
import { useJobs } from './jobs';

export function FirstFolder() {
  const { running, shown, add, over } = useJobs();
  return (
    <div className="begin">
      {running.length === 0 && <Begin onStart={add} />}
      {shown.map((job) => (
        <JobPanel key={job.id} first={job} onOver={over} />
      ))}
    </div>
  );
}
