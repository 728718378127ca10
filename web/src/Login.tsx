// A server with a token asks for it here; it becomes a cookie that pages cannot read.
import { useState, type FormEvent } from 'react';
import { logIn } from './session';

export function Login() {
  const [token, setToken] = useState('');
  const [error, setError] = useState<string | null>(null);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setError(await logIn(token));
  };
  return (
    <main id="main" className="login">
      <h1>This server asks for its token</h1>
      <form onSubmit={(event) => void submit(event)}>
        <label>
          Token
          <input type="password" autoComplete="current-password" autoFocus value={token} onChange={(event) => setToken(event.target.value)} />
        </label>
        <button type="submit" className="primary" disabled={!token}>
          Log in
        </button>
      </form>
      {error && (
        <p className="hint warn" role="alert">
          {error}
        </p>
      )}
      <p className="sub">
        It was given to <code>hearken serve --token</code>, or made by <code>hearken token add</code>.
      </p>
    </main>
  );
}
