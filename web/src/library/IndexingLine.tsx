// One line while something is indexed: how far it is, and that what is there can be searched already.
import { count, plural, span } from '../format';
import { Link } from '../pieces/Link';
import { useStore } from '../store';
import { indexing } from './indexing';
import { progressOf } from './progress';

export function IndexingLine() {
  const jobs = useStore(indexing);
  if (jobs.length === 0) return null;
  const { done, total, left } = progressOf(jobs);
  return (
    <p className="indexing-line" role="status">
      <span className="listening" aria-hidden="true">
        <i />
        <i />
        <i />
      </span>
      <span>
        Still listening: {total === 0 ? 'reading the folder' : `${count(done)} of ${plural(total, 'file')}`}
        {left !== null && `, about ${span(left)} left`}. What has been heard can be searched already. <Link to="/library">Show it</Link>
      </span>
    </p>
  );
}
