// A moment as a small player: its times, a press plays or pauses it, its ground fills while it plays.
import { useEffect, useRef, type ReactNode } from 'react';
import { player, playOrPause, position } from '../player/player';
import { sameClip, type Clip, type Pair } from '../player/queue';
import { range } from '../format';
import { useHas } from '../info';
import { useStore } from '../store';
import { Icon } from './Icon';

interface Props {
  clip: Clip;
  pair?: Pair;
  label: string; // for screen readers, before the times
  times?: string; // finer than whole seconds
  children?: ReactNode;
  tabIndex?: number;
}

export function ClipButton({ clip, pair = null, label, times, children, tabIndex }: Props) {
  const now = useStore(player);
  const mine = now !== null && !now.whole && sameClip(now.clip, clip);
  const plays = mine && (now.state === 'playing' || now.state === 'loading');
  const audible = useHas('sound') || 'upload' in clip.sound;
  if (!audible)
    return (
      <span className="clip">
        <span className="times">{times ?? range(clip.start, clip.end)}</span>
        {children}
      </span>
    );
  return (
    <button type="button" className={`clip${mine ? ' mine' : ''}`} tabIndex={tabIndex} aria-pressed={plays} onClick={() => playOrPause(clip, pair)}>
      {mine && <Progress clip={clip} />}
      <Icon name={plays ? 'pause' : 'play'} size={16} />
      <span className="hidden">
        {plays ? 'Pause' : 'Play'} {label},{' '}
      </span>
      <span className="times">{times ?? range(clip.start, clip.end)}</span>
      {children}
    </button>
  );
}

function Progress({ clip }: { clip: Clip }) {
  const part = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    const draw = () => {
      const share = Math.max(0, Math.min(1, (position.get() - clip.start) / Math.max(0.01, clip.end - clip.start)));
      if (part.current) part.current.style.width = `${share * 100}%`;
    };
    draw();
    return position.follow(draw);
  }, [clip.start, clip.end]);
  return <span ref={part} className="progress" aria-hidden="true" />;
}
