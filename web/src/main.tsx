// Starts the page.
import { createRoot } from 'react-dom/client';
import { App } from './App';
import { refreshInfo } from './info';
import { lookForJobs } from './library/indexing';
import { watchMediaKeys } from './player/media';
import { remember } from './player/remember';
import { watchDrops } from './search/drop';
import { takeFromAddress } from './session';
import './theme';

// An address with another '#' in a page that is open already loads nothing anew.
addEventListener('hashchange', () => void takeFromAddress());
void takeFromAddress().then(() => {
  remember();
  watchMediaKeys();
  watchDrops();
  void refreshInfo().then(lookForJobs);
  createRoot(document.getElementById('root') as HTMLElement).render(<App />);
});
