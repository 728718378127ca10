// A list of any length in the page's own scroll: only the rows near the screen exist. Rows are `rowHeight` tall; the
// few that are taller (opened ones) are measured.
import { useCallback, useEffect, useLayoutEffect, useRef, useState, type ReactNode } from 'react';

interface Props {
  count: number;
  rowHeight: number;
  label: string;
  row: (index: number) => ReactNode;
  keyOf: (index: number) => string | number;
  /** The rows on the screen, whenever they change. */
  onRange?: (first: number, last: number) => void;
  /** Brought into view and given the focus when it changes while the list has it. */
  active: number;
  onActive: (index: number) => void;
  onKey?: (key: string, index: number) => boolean;
  /** A key led from one row to another. */
  onStep?: (from: number, to: number) => void;
}

const margin = 600; // pixels kept ready above and below

export function VirtualList({ count, rowHeight, label, row, keyOf, onRange, active, onActive, onKey, onStep }: Props) {
  const list = useRef<HTMLUListElement>(null);
  const [range, setRange] = useState({ first: 0, last: Math.min(count, 20) - 1 });
  const [extra, setExtra] = useState<ReadonlyMap<number, number>>(new Map()); // index → pixels beyond rowHeight
  const focusWanted = useRef(false);

  const top = useCallback(
    (index: number) => {
      let sum = index * rowHeight;
      for (const [i, more] of extra) if (i < index) sum += more;
      return sum;
    },
    [rowHeight, extra],
  );
  const total = top(count);

  const measure = useCallback(() => {
    const element = list.current;
    if (!element) return;
    const above = -element.getBoundingClientRect().top;
    const first = Math.max(0, indexAt(above - margin, top, rowHeight, count));
    const last = Math.min(count - 1, indexAt(above + innerHeight + margin, top, rowHeight, count));
    setRange((now) => (now.first === first && now.last === last ? now : { first, last }));
  }, [top, rowHeight, count]);

  useLayoutEffect(measure, [measure]);
  useEffect(() => {
    addEventListener('scroll', measure, { passive: true });
    addEventListener('resize', measure);
    return () => {
      removeEventListener('scroll', measure);
      removeEventListener('resize', measure);
    };
  }, [measure]);
  useEffect(() => onRange?.(range.first, range.last), [range, onRange]);

  // Opened rows are taller than the others.
  useLayoutEffect(() => {
    const element = list.current;
    if (!element) return;
    const observer = new ResizeObserver((entries) =>
      setExtra((now) => {
        const next = new Map(now);
        for (const entry of entries) {
          const index = Number((entry.target as HTMLElement).dataset.index);
          const more = Math.round((entry.target as HTMLElement).offsetHeight - rowHeight);
          if (more > 1) next.set(index, more);
          else next.delete(index);
        }
        return next.size === now.size && [...next].every(([i, more]) => now.get(i) === more) ? now : next;
      }),
    );
    for (const child of element.children) observer.observe(child);
    return () => observer.disconnect();
  }, [range, rowHeight, count]);
  useEffect(() => {
    setExtra((now) => ([...now.keys()].some((index) => index >= count) ? new Map([...now].filter(([i]) => i < count)) : now));
  }, [count]);

  // Where the focus is wanted, once the row is there.
  useLayoutEffect(() => {
    if (!focusWanted.current) return;
    const element = list.current?.querySelector<HTMLElement>(`[data-index="${active}"]`);
    if (!element) return;
    focusWanted.current = false;
    element.focus({ preventScroll: true });
  });

  const moveTo = (index: number) => {
    const to = Math.max(0, Math.min(count - 1, index));
    focusWanted.current = true;
    onActive(to);
    if (to !== active) onStep?.(active, to);
    const element = list.current;
    if (!element) return;
    const y = element.getBoundingClientRect().top + top(to);
    const header = 140;
    const dock = 120;
    if (y < header) scrollBy({ top: y - header });
    else if (y + rowHeight > innerHeight - dock) scrollBy({ top: y + rowHeight - innerHeight + dock });
  };

  const rows: ReactNode[] = [];
  const last = Math.min(range.last, count - 1);
  for (let i = range.first; i <= last; ++i) {
    rows.push(
      <li
        key={keyOf(i)}
        data-index={i}
        className={i === active ? 'row active' : 'row'}
        tabIndex={i === active || (active < range.first && i === range.first) ? 0 : -1}
        aria-setsize={count}
        aria-posinset={i + 1}
        style={{ transform: `translateY(${top(i)}px)` }}
        onFocus={() => i !== active && onActive(i)}
      >
        {row(i)}
      </li>,
    );
  }
  return (
    <ul
      ref={list}
      className="virtual"
      aria-label={label}
      style={{ height: total }}
      onKeyDown={(event) => {
        if (event.ctrlKey || event.metaKey || event.altKey) return;
        const onRow = event.target instanceof HTMLElement && event.target.dataset.index !== undefined;
        const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8, Home: -count, End: count };
        const step = steps[event.key];
        if (isField(event.target)) return;
        if (step !== undefined) moveTo(active + step);
        else if (!(onRow || !['Enter', ' '].includes(event.key)) || !onKey?.(event.key, active)) return;
        event.preventDefault();
        event.stopPropagation();
      }}
    >
      {rows}
    </ul>
  );
}

const isField = (target: EventTarget) => target instanceof HTMLInputElement || target instanceof HTMLSelectElement || target instanceof HTMLTextAreaElement;

function indexAt(y: number, top: (index: number) => number, rowHeight: number, count: number): number {
  let low = 0;
  let high = Math.min(count, Math.max(0, Math.ceil(y / rowHeight)) + 1);
  while (low < high) {
    const middle = (low + high) >> 1;
    if (top(middle) <= y) low = middle + 1;
    else high = middle;
  }
  return Math.max(0, low - 1);
}
