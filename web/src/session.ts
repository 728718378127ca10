// Logging in: a token, typed or from the address the server prints, becomes a cookie that no script reads.
import { asApiError, call, connection } from './api';
import { revivals } from './load';

/** What to say when it failed; null when it worked. */
export async function logIn(token: string): Promise<string | null> {
  try {
    await call('POST /api/v1/session', { body: { token } });
  } catch (failure) {
    const known = asApiError(failure);
    return known.status === 403 || known.status === 401 ? 'That is not the token of this server.' : known.message;
  }
  connection.set('up');
  revivals.set((n) => n + 1);
  return null;
}

/** Takes `#token=…` out of the address and logs in with it. Where that fails the page asks. */
export async function logInFromAddress(): Promise<void> {
  const token = new URLSearchParams(location.hash.slice(1)).get('token');
  if (token === null) return;
  history.replaceState(history.state, '', location.pathname + location.search);
  await logIn(token);
}
