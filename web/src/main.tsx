// Starts the page.
import { createRoot } from 'react-dom/client';
import { App } from './App';
import { refreshInfo } from './info';
import { watchDrops } from './search/drop';
import { logInFromAddress } from './session';
import './theme';

void logInFromAddress().then(() => {
  watchDrops();
  void refreshInfo();
  createRoot(document.getElementById('root') as HTMLElement).render(<App />);
});
