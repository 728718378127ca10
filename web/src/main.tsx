// Starts the page.
import { createRoot } from 'react-dom/client';
import { App } from './App';
import { refreshInfo } from './info';
import { watchDrops } from './search/drop';
import { takeFromAddress } from './session';
import './theme';

// An address with another '#' in a page that is open already loads nothing anew.
addEventListener('hashchange', () => void takeFromAddress());
void takeFromAddress().then(() => {
  watchDrops();
  void refreshInfo();
  createRoot(document.getElementById('root') as HTMLElement).render(<App />);
});
