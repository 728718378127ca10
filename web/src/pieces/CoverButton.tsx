// A track's picture with the button that plays it; the symbol always shows.
import type { Track } from '../schema';
import { Cover } from './Cover';
import { Icon } from './Icon';

interface Props {
  track: Track;
  plays: boolean;
  what: string; // that is played, for screen readers
  tab: number;
  onPress: () => void;
}

export function CoverButton({ track, plays, what, tab, onPress }: Props) {
  return (
    <button type="button" className="cover-button" tabIndex={tab} aria-label={`${plays ? 'Pause' : 'Play'} ${what}`} onClick={onPress}>
      <Cover track={track} plain />
      <span className="over">
        <Icon name={plays ? 'pause' : 'play'} size={22} />
      </span>
    </button>
  );
}
