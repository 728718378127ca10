// The frame around the pages: where to go, what plays, what is said.
import { lazy, Suspense, useEffect, useState } from 'react';
import { connection } from './api';
import { basket, basketOpen } from './basket';
import { Help } from './Help';
import { has, info } from './info';
import { isBack } from './load';
import { Login } from './Login';
import { dismiss, notices, spoken } from './notice';
import { Icon } from './pieces/Icon';
import { Dock, queueOpen } from './player/Dock';
import { compare, loops, player, skip, toggle } from './player/player';
import { BasketPanel } from './playlists/BasketPanel';
import { go, usePlace } from './route';
import { SearchPage } from './search/SearchPage';
import { useStore } from './store';
import { isDark, theme, toggleTheme } from './theme';

const LibraryPage = lazy(() => import('./library/LibraryPage').then((module) => ({ default: module.LibraryPage })));
const DuplicatesPage = lazy(() => import('./library/DuplicatesPage').then((module) => ({ default: module.DuplicatesPage })));
const MapPage = lazy(() => import('./map/MapPage').then((module) => ({ default: module.MapPage })));
const PlaylistsPage = lazy(() => import('./playlists/PlaylistsPage').then((module) => ({ default: module.PlaylistsPage })));

const places = [
  ['/', 'Search', null],
  ['/library', 'Library', 'library'],
  ['/map', 'Map', 'map'],
  ['/playlists', 'Playlists', 'playlists'],
] as const;

export function App() {
  const { path } = usePlace();
  const link = useStore(connection);
  const [help, setHelp] = useState(false);
  const gathered = useStore(basket).tracks.length;
  const open = useStore(basketOpen);
  const docked = useStore(player) !== null;
  useStore(info);
  const there = places.filter(([, , part]) => part === null || has(part));
  const page = there.find(([to]) => to === path)?.[0];
  useStore(theme);

  useEffect(() => {
    const key = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      const target = event.target as HTMLElement;
      if (document.querySelector('dialog[open]')) return;
      if (target.matches('input, textarea, select')) {
        if (event.key === 'Escape') target.blur();
        return;
      }
      if (event.key === '/') {
        if (location.pathname !== '/') go('/');
        if (!toBox()) requestAnimationFrame(toBox); // the page of the box is drawn first
      } else if (event.key === '?') setHelp(true);
      else if (event.key === 'c') compare();
      else if (event.key === 'n' && player.get()) skip(1);
      else if (event.key === 'p' && player.get()) skip(-1);
      else if (event.key === 'l' && player.get()) loops.set((now) => !now);
      else if (event.key === 'q' && player.get()) queueOpen.set((now) => !now);
      else if (event.key === 'g' && has('playlists')) basketOpen.set((now) => !now);
      else if (event.key === ' ' && !target.matches('button, a, summary') && player.get()) toggle();
      else return;
      event.preventDefault();
    };
    addEventListener('keydown', key);
    return () => removeEventListener('keydown', key);
  }, []);

  return (
    <div className={docked ? 'app docked' : 'app'}>
      <a className="skip" href="#main">
        To the content
      </a>
      <header className="top">
        <a
          className="wordmark"
          href="/"
          aria-label="Hearken, to the start"
          onClick={(event) => {
            event.preventDefault();
            go('/');
          }}
        >
          <Mark /> <span className="word">hearken</span>
        </a>
        <nav aria-label="Pages">
          {there.map(([to, name]) => (
            <a
              key={to}
              href={to}
              aria-current={path === to ? 'page' : undefined}
              onClick={(event) => {
                if (event.metaKey || event.ctrlKey || event.shiftKey) return;
                event.preventDefault();
                go(to);
                scrollTo(0, 0);
              }}
            >
              {name}
            </a>
          ))}
        </nav>
        <div className="tools">
          {has('playlists') && (
            <button
              type="button"
              className="quiet basket-button"
              aria-expanded={open}
              aria-label={`Basket, ${gathered === 1 ? '1 track' : `${gathered} tracks`}`}
              onClick={() => basketOpen.set(!open)}
            >
              <Icon name="basket" />
              {gathered > 0 && (
                <span className="count" aria-hidden="true">
                  {gathered}
                </span>
              )}
            </button>
          )}
          <button type="button" className="quiet theme" aria-label={isDark() ? 'Light colours' : 'Dark colours'} onClick={toggleTheme}>
            <Icon name={isDark() ? 'sun' : 'moon'} />
          </button>
          <button type="button" className="quiet" aria-label="Help and keys" onClick={() => setHelp(true)}>
            <Icon name="help" />
          </button>
        </div>
      </header>
      {link === 'down' && <Gone />}
      {link === 'locked' ? (
        <Login />
      ) : (
        <Suspense fallback={<main id="main" />}>
          {page === '/library' ? (
            <LibraryPage />
          ) : path === '/duplicates' && has('match') ? (
            <DuplicatesPage />
          ) : page === '/map' ? (
            <MapPage />
          ) : page === '/playlists' ? (
            <PlaylistsPage />
          ) : page === '/' ? (
            <SearchPage />
          ) : (
            <NoSuchPage />
          )}
        </Suspense>
      )}
      {open && has('playlists') && <BasketPanel />}
      <Dock />
      <Notices />
      {help && <Help onClose={() => setHelp(false)} />}
      <p className="hidden" role="status" aria-live="polite">
        {useStore(spoken)}
      </p>
    </div>
  );
}

function toBox(): boolean {
  const box = document.querySelector<HTMLInputElement>('#words');
  box?.focus();
  box?.select();
  return box !== null;
}

const Mark = () => (
  <svg viewBox="0 0 28 24" width="28" height="24" aria-hidden="true" className="mark">
    <path d="M2 10.5v3M8 7v10M14 2v20M20 7.5v9M26 10.5v3" />
  </svg>
);

function Gone() {
  const [trying, setTrying] = useState(false);
  return (
    <div className="gone" role="alert">
      <p>
        <Icon name="warn" size={18} /> Hearken does not answer. Trying again by itself; nothing you did here is lost.
      </p>
      <button
        type="button"
        disabled={trying}
        onClick={() => {
          setTrying(true);
          void isBack().finally(() => setTrying(false));
        }}
      >
        Try now
      </button>
    </div>
  );
}

function Notices() {
  const all = useStore(notices);
  return (
    <div className="notices" role="status" aria-live="polite">
      {all.map((one) => (
        <div key={one.id} className={one.bad ? 'notice bad' : 'notice'}>
          <span>{one.text}</span>
          {one.undo && (
            <button
              type="button"
              className="link"
              onClick={() => {
                one.undo?.();
                dismiss(one.id);
              }}
            >
              Undo
            </button>
          )}
          <button type="button" className="quiet" aria-label="Close the message" onClick={() => dismiss(one.id)}>
            <Icon name="close" size={16} />
          </button>
        </div>
      ))}
    </div>
  );
}

const NoSuchPage = () => (
  <main id="main">
    <h1>There is no such page</h1>
    <p>
      <a
        href="/"
        onClick={(event) => {
          event.preventDefault();
          go('/');
        }}
      >
        To the search
      </a>
    </p>
  </main>
);
