// What went wrong, where it went wrong.
import type { ApiError } from '../api';
import { Icon } from '../pieces/Icon';

export function Failure({ error, tab, again }: { error: ApiError; tab: number | undefined; again: () => void }) {
  return (
    <p className="hint warn" role="alert">
      <Icon name="warn" size={16} />{' '}
      {error.status === 404 ? 'This sound is no longer on the server.' : error.status === 503 ? 'The server has too much to do right now.' : error.message}{' '}
      <button type="button" className="link" tabIndex={tab} onClick={again}>
        Try again
      </button>
    </p>
  );
}
