// Logging in: a token, typed or from the address the server prints, becomes a cookie that no script reads. What else
// stands in that address is taken out of it here, too.
import { asApiError, call, connection } from './api';
import { revivals } from './load';
import { keepSetup } from './setup';

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

/** Takes `#token=…` and `#setup=…` out of the address. Logs in with the token; where that fails the page asks. */
export async function takeFromAddress(): Promise<void> {
  const given = new URLSearchParams(location.hash.slice(1));
  const token = given.get('token');
  const setup = given.get('setup');
  if (token === null && setup === null) return;
  history.replaceState(history.state, '', location.pathname + location.search);
  if (setup !== null) keepSetup(setup);
  if (token !== null) await logIn(token);
}
