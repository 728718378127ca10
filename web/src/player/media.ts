// The keys of a keyboard, a headset or a lock screen, and what they show: the browser's media session.
import { coverUrl } from '../api';
import { player, position, queue, seek, skip, stop, toggle, type Playing } from './player';
import { moved } from './queue';

const step = 10; // seconds

export function watchMediaKeys(): void {
  if (!('mediaSession' in navigator)) return;
  const session = navigator.mediaSession;
  const set = (action: MediaSessionAction, act: MediaSessionActionHandler | null) => {
    try {
      session.setActionHandler(action, act);
    } catch {
      // an action that this browser does not know
    }
  };
  const plays = (now: Playing | null) => now?.state === 'playing' || now?.state === 'loading';
  set('play', () => !plays(player.get()) && toggle());
  set('pause', () => plays(player.get()) && toggle());
  set('stop', stop);
  set('seekto', ({ seekTime }) => seekTime !== undefined && seek(seekTime));
  set('seekbackward', ({ seekOffset }) => seek(Math.max(0, position.get() - (seekOffset || step))));
  set('seekforward', ({ seekOffset }) => seek(Math.min(player.get()?.clip.duration ?? 0, position.get() + (seekOffset || step))));
  set('previoustrack', () => skip(-1));

  let shown = '';
  const show = () => {
    const now = player.get();
    set('nexttrack', moved(queue.get(), 1) ? () => skip(1) : null);
    session.playbackState = now === null ? 'none' : plays(now) ? 'playing' : 'paused';
    if (!now) {
      session.metadata = null;
      shown = '';
      return;
    }
    const { title, by = '', album = '', sound, duration } = now.clip;
    const key = JSON.stringify([title, by, album, sound]);
    if (key !== shown) {
      const artwork = 'track' in sound ? [{ src: coverUrl(sound.track) }] : [];
      session.metadata = new MediaMetadata({ title, artist: by, album, artwork });
      shown = key;
    }
    if (duration > 0) session.setPositionState?.({ duration, position: Math.max(0, Math.min(duration, position.get())) });
  };
  player.follow(show);
  queue.follow(show);
}
