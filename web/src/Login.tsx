// A server with a token asks for it here; it becomes a cookie that pages cannot read.
import { useState, type FormEvent } from 'react';
import { asApiError, call, connection } from './api';
import { revivals } from './load';

export function Login() {
  const [token, setToken] = useState('');
  const [error, setError] = useState<string | null>(null);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    try {
      await call('POST /api/v1/session', { body: { token } });
      connection.set('up');
      revivals.set((n) => n + 1);
    } catch (failure) {
      const known = asApiError(failure);
      setError(known.status === 403 || known.status === 401 ? 'That is not the token of this server.' : known.message);
    }
  };
  return (
    <main id="main" className="login">
      <h1>This server asks for its token</h1>
      <form onSubmit={(event) => void submit(event)}>
        <label>
          Token
          <input type="password" autoComplete="current-password" autoFocus value={token} onChange={(event) => setToken(event.target.value)} />
        </label>
        <button type="submit" className="primary" disabled={!token}>Log in</button>
      </form>
      {error && <p className="hint warn" role="alert">{error}</p>}
      <p className="sub">It was given to <code>hearken serve --token</code>.</p>
    </main>
  );
}
