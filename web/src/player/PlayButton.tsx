// Plays a track and then the rest of its list, or pauses it.
import { title } from '../format';
import { Icon } from '../pieces/Icon';
import type { Track } from '../schema';
import { useStore } from '../store';
import { holds, player } from './player';
import { entryOfTrack, playTracks } from './tracks';

export function PlayButton({ tracks, at }: { tracks: Track[]; at: number }) {
  const now = useStore(player);
  const track = tracks[at];
  if (!track) return null;
  const plays = holds(now, entryOfTrack(track)) && now?.state === 'playing';
  return (
    <button type="button" className="quiet" aria-label={`${plays ? 'Pause' : 'Play'} ${title(track)}`} onClick={() => playTracks(tracks, at)}>
      <Icon name={plays ? 'pause' : 'play'} size={18} />
    </button>
  );
}
