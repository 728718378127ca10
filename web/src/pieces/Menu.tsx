// A button with a menu of what else can be done. The browser's popover closes it by Escape or a press elsewhere.
import { useId, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { Icon, type IconName } from './Icon';

export interface MenuItem {
  icon: IconName;
  text: string;
  on?: boolean;
  act: () => void;
}

interface Props {
  label: string;
  tab?: number;
  items: () => MenuItem[]; // asked when it opens
  children?: ReactNode; // in place of the three dots
}

export function Menu({ label, tab, items, children }: Props) {
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const menu = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState(false);

  const place = () => {
    const element = menu.current;
    const from = button.current?.getBoundingClientRect();
    if (!element || !from) return;
    const { offsetWidth: width, offsetHeight: height } = element;
    const below = from.bottom + height + 8 < innerHeight;
    element.style.left = `${Math.max(8, Math.min(from.right - width, innerWidth - width - 8))}px`;
    element.style.top = `${Math.max(8, below ? from.bottom + 4 : from.top - height - 4)}px`;
    element.querySelector('button')?.focus({ preventScroll: true });
  };
  const key = (event: KeyboardEvent) => {
    event.stopPropagation(); // the list below has the same keys
    const all = [...(menu.current?.querySelectorAll('button') ?? [])];
    const at = all.indexOf(document.activeElement as HTMLButtonElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
    if (event.key === 'Tab') menu.current?.hidePopover();
    if (to === undefined) return;
    event.preventDefault();
    all.at(to % all.length)?.focus();
  };
  return (
    <>
      <button
        ref={button}
        type="button"
        className="quiet menu-button"
        tabIndex={tab}
        aria-haspopup="menu"
        aria-expanded={open}
        aria-label={label}
        title="More"
        popoverTarget={id}
      >
        {children ?? <Icon name="more" />}
      </button>
      <div
        ref={menu}
        id={id}
        popover="auto"
        role="menu"
        aria-label={label}
        className="menu"
        onKeyDown={key}
        onToggle={(event) => {
          setOpen(event.newState === 'open');
          // The next frame has the items, and so its size.
          if (event.newState === 'open') requestAnimationFrame(place);
        }}
      >
        {open &&
          items().map((one) => (
            <button
              key={one.text}
              type="button"
              role={one.on === undefined ? 'menuitem' : 'menuitemcheckbox'}
              aria-checked={one.on}
              className={one.on ? 'quiet on' : 'quiet'}
              tabIndex={-1}
              onClick={() => {
                menu.current?.hidePopover();
                one.act();
              }}
            >
              <Icon name={one.icon} size={18} /> {one.text}
            </button>
          ))}
      </div>
    </>
  );
}
