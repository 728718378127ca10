// The playlists on the server: look into them, play, export, take one up again, delete.
import { useEffect, useState } from 'react';
import { asApiError, call, exportUrl } from '../api';
import { basket, basketOpen, load } from '../basket';
import { plural, span, when } from '../format';
import { MakeList } from '../lists/MakeList';
import { TrackLines } from '../lists/TrackLines';
import { useLoad } from '../load';
import { say } from '../notice';
import { Icon } from '../pieces/Icon';
import { playAll } from '../player/tracks';
import { plainly } from '../plainly';
import { go, usePlace } from '../route';
import { useStore } from '../store';

export function PlaylistsPage() {
  const { parameters } = usePlace();
  const open = Number(parameters.get('id')) || 0;
  const saved = useStore(basket);
  const lists = useLoad(`playlists/${saved.playlist}/${saved.saved}`, (signal) => call('GET /api/v1/playlists', {}, { signal }));
  useEffect(() => {
    document.title = 'Playlists · Hearken';
  }, []);
  return (
    <main id="main" className="playlists-page">
      <h1>Playlists</h1>
      <MakeList />
      <h2>Saved</h2>
      {lists.error && lists.error.code !== 'unreachable' && (
        <p className="hint warn" role="alert">
          {plainly(lists.error)}
        </p>
      )}
      {lists.value?.playlists.length === 0 && (
        <div className="hint-box">
          <p>No playlist yet.</p>
          <p>Make a list above, or search and put what you like into the basket. Save it there.</p>
        </div>
      )}
      <ul className="playlists">
        {lists.value?.playlists.map((one) => (
          <li key={one.id} className={one.id === open ? 'open' : ''}>
            <a
              href={`/playlists?id=${one.id}`}
              aria-expanded={one.id === open}
              onClick={(event) => {
                event.preventDefault();
                go(one.id === open ? '/playlists' : `/playlists?id=${one.id}`);
              }}
            >
              <span className="title">{one.name}</span>
              <span className="sub">
                {plural(one.count, 'track')} · {span(one.duration)} · {when(one.changed)}
              </span>
              <Icon name="chevron" />
            </a>
            {one.id === open && (
              <Details
                id={one.id}
                changed={one.changed}
                onGone={() => {
                  go('/playlists', true);
                  lists.again();
                }}
              />
            )}
          </li>
        ))}
      </ul>
    </main>
  );
}

function Details({ id, changed, onGone }: { id: number; changed: string; onGone: () => void }) {
  const { value, error } = useLoad(`${id}/${changed}`, (signal) => call('GET /api/v1/playlists/{playlist}', { path: { playlist: id } }, { signal }));
  const [sure, setSure] = useState(false);
  if (error)
    return (
      <p className="hint warn" role="alert">
        {plainly(error)}
      </p>
    );
  if (!value) return null;
  const drop = async () => {
    try {
      await call('DELETE /api/v1/playlists/{playlist}', { path: { playlist: id } });
      if (basket.get().playlist === id) basket.set((now) => ({ ...now, playlist: null, saved: false }));
      say(`Deleted: ${value.name}`);
      onGone();
    } catch (failure) {
      say(asApiError(failure).message, { bad: true });
    }
  };
  return (
    <div className="details">
      <div className="line">
        <button type="button" className="primary" disabled={value.tracks.length === 0} onClick={() => playAll(value.tracks)}>
          <Icon name="play" size={18} /> Play all
        </button>
        <button
          type="button"
          onClick={() => {
            load(value);
            basketOpen.set(true);
          }}
        >
          <Icon name="basket" size={18} /> Change it in the basket
        </button>
        <a className="button" href={exportUrl(id, 'm3u8')} download>
          <Icon name="download" size={18} /> M3U8
        </a>
        <a className="button" href={exportUrl(id, 'xspf')} download>
          <Icon name="download" size={18} /> XSPF
        </a>
        {sure ? (
          <>
            <button type="button" className="bad" onClick={() => void drop()}>
              Delete for good
            </button>
            <button type="button" className="quiet" onClick={() => setSure(false)}>
              Keep it
            </button>
          </>
        ) : (
          <button type="button" className="quiet" onClick={() => setSure(true)}>
            Delete
          </button>
        )}
      </div>
      <TrackLines tracks={value.tracks} />
    </div>
  );
}
