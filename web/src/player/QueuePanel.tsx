// What plays next, in its order: press one, move it, take it out.
import { useEffect, useRef } from 'react';
import { clock, plural, range, span } from '../format';
import { Icon } from '../pieces/Icon';
import { useStore } from '../store';
import { playQueue, queue } from './player';
import { noQueue, shifted, without, type Entry } from './queue';

const most = 200; // rows shown at once, from a little before the current one

export function QueuePanel({ onClose }: { onClose: () => void }) {
  const now = useStore(queue);
  const panel = useRef<HTMLElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    panel.current?.focus();
    panel.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'center' });
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  const first = Math.max(0, Math.min(now.at - 20, now.entries.length - most));
  const shown = now.entries.slice(first, first + most);
  const left = now.entries.slice(now.at + 1);
  return (
    <aside ref={panel} className="side queue" tabIndex={-1} aria-label="Queue" onKeyDown={(event) => event.key === 'Escape' && onClose()}>
      <header>
        <h2>Queue</h2>
        <button type="button" className="quiet" aria-label="Close the queue" onClick={onClose}>
          <Icon name="close" />
        </button>
      </header>
      {now.entries.length === 0 ? (
        <div className="nothing">
          <p>Nothing waits.</p>
          <p className="sub">Press “Play all” over a list, or “Play next” in the menu of a track.</p>
        </div>
      ) : (
        <p className="sub">
          {left.length ? `${plural(left.length, 'sound')} to come · ${span(left.reduce((sum, one) => sum + seconds(one), 0))}` : 'This is the last one.'}
        </p>
      )}
      <ol>
        {shown.map((entry, row) => {
          const i = first + row;
          const { title } = entry.clip;
          return (
            <li key={`${i}-${title}`} aria-current={i === now.at ? 'true' : undefined}>
              <button type="button" className="quiet entry" onClick={() => playQueue({ ...now, at: i })}>
                <span className="hidden">Play </span>
                <span className="title">{title}</span>
                <span className="sub">{entry.whole ? clock(entry.clip.duration) : range(entry.clip.start, entry.clip.end)}</span>
              </button>
              <button type="button" className="quiet" disabled={i === 0} aria-label={`Move ${title} up`} onClick={() => queue.set(shifted(now, i, -1))}>
                <Icon name="up1" size={16} />
              </button>
              <button
                type="button"
                className="quiet"
                disabled={i === now.entries.length - 1}
                aria-label={`Move ${title} down`}
                onClick={() => queue.set(shifted(now, i, 1))}
              >
                <Icon name="down1" size={16} />
              </button>
              <button type="button" className="quiet" aria-label={`Take ${title} out`} onClick={() => queue.set(without(now, i))}>
                <Icon name="close" size={16} />
              </button>
            </li>
          );
        })}
      </ol>
      {now.entries.length > 0 && (
        <footer>
          <button type="button" className="quiet" onClick={() => queue.set(noQueue)}>
            Empty it
          </button>
        </footer>
      )}
    </aside>
  );
}

const seconds = ({ clip, whole }: Entry) => (whole ? clip.duration : clip.end - clip.start);
