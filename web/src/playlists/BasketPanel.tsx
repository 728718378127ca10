// The basket at the side: what was gathered, in its order; save it, export it.
import { useEffect, useRef, useState } from 'react';
import { basket, basketOpen, clearBasket, defaultName, exportAs, move, remove, rename, save } from '../basket';
import { clock, plural, span, title } from '../format';
import { say } from '../notice';
import { Icon } from '../pieces/Icon';
import { PlayButton } from '../player/PlayButton';
import { playAll } from '../player/tracks';
import { useStore } from '../store';

export function BasketPanel() {
  const now = useStore(basket);
  const [busy, setBusy] = useState(false);
  const panel = useRef<HTMLElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    panel.current?.focus();
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  const run = async (work: () => Promise<unknown>) => {
    setBusy(true);
    await work();
    setBusy(false);
  };
  const seconds = now.tracks.reduce((sum, one) => sum + one.duration, 0);
  return (
    <aside
      ref={panel}
      className="side basket"
      tabIndex={-1}
      aria-label="Playlist basket"
      onKeyDown={(event) => event.key === 'Escape' && basketOpen.set(false)}
    >
      <header>
        <h2>Basket</h2>
        <button type="button" className="quiet" aria-label="Close the basket" onClick={() => basketOpen.set(false)}>
          <Icon name="close" />
        </button>
      </header>
      {now.tracks.length === 0 ? (
        <div className="nothing">
          <p>Nothing here yet.</p>
          <p className="sub">
            Put results in with their <Icon name="basket" size={16} /> button or the key <kbd>b</kbd>, then save them as a playlist or take them to your player.
          </p>
        </div>
      ) : (
        <>
          <label className="name">
            Name
            <input value={now.name} placeholder={defaultName()} maxLength={500} onChange={(event) => rename(event.target.value)} />
          </label>
          <p className="sub">
            {plural(now.tracks.length, 'track')} · {span(seconds)}
            {now.playlist !== null && (now.saved ? ' · saved' : ' · changed since it was saved')}
          </p>
          <button type="button" onClick={() => playAll(now.tracks)}>
            <Icon name="play" size={18} /> Play all
          </button>
          <ol>
            {now.tracks.map((track, i) => {
              const name = title(track);
              return (
                <li key={track.id}>
                  <PlayButton tracks={now.tracks} at={i} />
                  <span className="title">{name}</span>
                  <span className="sub">{clock(track.duration)}</span>
                  <button type="button" className="quiet" disabled={i === 0} aria-label={`Move ${name} up`} onClick={() => move(i, -1)}>
                    <Icon name="up1" size={16} />
                  </button>
                  <button type="button" className="quiet" disabled={i === now.tracks.length - 1} aria-label={`Move ${name} down`} onClick={() => move(i, 1)}>
                    <Icon name="down1" size={16} />
                  </button>
                  <button type="button" className="quiet" aria-label={`Take ${name} out`} onClick={() => remove(track.id)}>
                    <Icon name="close" size={16} />
                  </button>
                </li>
              );
            })}
          </ol>
          <footer>
            <button
              type="button"
              className="primary"
              disabled={busy || (now.saved && now.playlist !== null)}
              onClick={() => void run(async () => (await save()) !== null && say('Saved. The page “Playlists” has it.'))}
            >
              Save
            </button>
            <button type="button" disabled={busy} onClick={() => void run(() => exportAs('m3u8'))}>
              <Icon name="download" size={18} /> M3U8
            </button>
            <button type="button" disabled={busy} onClick={() => void run(() => exportAs('xspf'))}>
              <Icon name="download" size={18} /> XSPF
            </button>
            <button type="button" className="quiet" onClick={clearBasket}>
              {now.playlist === null ? 'Empty it' : 'Start a new one'}
            </button>
          </footer>
          <p className="sub">An export is saved as a playlist first: the file names its tracks as the server knows them.</p>
        </>
      )}
    </aside>
  );
}
