// Dark or light: as the system says, until the user says otherwise.
import { createStore, keep, kept } from './store';

export type Theme = 'system' | 'light' | 'dark';
export const theme = createStore<Theme>(kept<Theme>('theme', 'system'));

const apply = () => {
  const now = theme.get();
  if (now === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = now;
};
theme.follow(apply);
apply();

const prefersDark = matchMedia('(prefers-color-scheme: dark)');
export const isDark = () => (theme.get() === 'system' ? prefersDark.matches : theme.get() === 'dark');

/** Calls back whenever the colours change. */
export function onColours(listener: () => void): () => void {
  const stop = theme.follow(() => requestAnimationFrame(listener));
  prefersDark.addEventListener('change', listener);
  return () => {
    stop();
    prefersDark.removeEventListener('change', listener);
  };
}

export function toggleTheme(): void {
  const wanted = isDark() ? 'light' : 'dark';
  const next: Theme = (wanted === 'dark') === prefersDark.matches ? 'system' : wanted;
  theme.set(next);
  keep('theme', next);
}
