// What went wrong, in the page's words: the server speaks to programs.
import type { ApiError } from './api';

export function plainly(error: Pick<ApiError, 'code' | 'message'>): string {
  switch (error.code) {
    case 'mismatch':
      return 'There is nothing to search yet. Choose a folder on the library page first.';
    case 'busy':
      return 'Hearken has too much to do right now. Try again in a moment.';
    case 'timeout':
      return 'This took too long. Try again in a moment.';
    case 'unreachable':
      return 'Hearken does not answer.';
    case 'permission_denied':
    case 'unauthorized':
      return 'This is not allowed here.';
    case 'not_implemented':
      return 'This server cannot do that.';
    case 'corrupt':
    case 'io':
    case 'internal':
      return 'Hearken could not do this. Its log says why.';
    default:
      return error.message; // about what was asked
  }
}
