// Drawn symbols, one stroke width; always beside words or a label, so hidden from screen readers.
const paths = {
  search: 'M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13ZM15.5 15.5 20 20',
  mic: 'M12 14.5a3 3 0 0 0 3-3V6a3 3 0 1 0-6 0v5.5a3 3 0 0 0 3 3ZM5.5 11.5a6.5 6.5 0 0 0 13 0M12 18v3',
  stop: 'M7 7h10v10H7z',
  folder: 'M3.5 7A1.5 1.5 0 0 1 5 5.5h4.5l2 2.5H19A1.5 1.5 0 0 1 20.5 9.5V18a1.5 1.5 0 0 1-1.5 1.5H5A1.5 1.5 0 0 1 3.5 18V7Z',
  file: 'M12 15V4M7.5 8.5 12 4l4.5 4.5M4.5 15v3.5a1.5 1.5 0 0 0 1.5 1.5h12a1.5 1.5 0 0 0 1.5-1.5V15',
  like: 'M3 12h2.5M8 8.5v7M11 5v14M14 9v6M17 7v10M20 11v2',
  plus: 'M12 5v14M5 12h14',
  minus: 'M5 12h14',
  up: 'M7 11v8.5H4.5V11H7Zm0 0 3.5-7.5c1.400 0 2.300 1 2.100 2.400L12.200 9.5h5.300c1.300 0 2.200 1.200 1.900 2.400l-1.5 6c-.2 1-1 1.600-1.900 1.600H7',
  down: 'M17 13V4.5h2.5V13H17Zm0 0-3.5 7.5c-1.400 0-2.300-1-2.100-2.400l.4-3.600H6.5c-1.300 0-2.200-1.200-1.900-2.400l1.5-6c.2-1 1-1.600 1.900-1.600H17',
  basket: 'M4 6h11M4 11h11M4 16h6M17.5 13v7M14 16.5h7',
  inBasket: 'M4 6h11M4 11h11M4 16h6M14 17l2.5 2.5L21 14.5',
  close: 'M6 6l12 12M18 6 6 18',
  chevron: 'M7 10l5 5 5-5',
  link: 'M10 14a4 4 0 0 0 5.700.3l3-3a4 4 0 0 0-5.700-5.700l-1.300 1.300M14 10a4 4 0 0 0-5.700-.3l-3 3a4 4 0 0 0 5.700 5.700l1.300-1.300',
  filter: 'M4 7h10M18 7h2M4 17h2M10 17h10M16 4.5v5M8 14.5v5',
  sun: 'M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM12 3v2M12 19v2M3 12h2M19 12h2M5.600 5.600 7 7M17 17l1.400 1.400M18.400 5.600 17 7M7 17l-1.400 1.400',
  moon: 'M19.5 14.5A8 8 0 0 1 9.5 4.5a8 8 0 1 0 10 10Z',
  help: 'M9.200 9.200a2.900 2.900 0 1 1 4.300 2.600c-.9.5-1.5 1.200-1.5 2.200v.4M12 17.600v.1',
  download: 'M12 4v11M7.5 10.5 12 15l4.5-4.5M4.5 19.5h15',
  drag: 'M9 6v.1M15 6v.1M9 12v.1M15 12v.1M9 18v.1M15 18v.1',
  pause: 'M8.5 6v12M15.5 6v12',
  refresh: 'M19.5 12a7.5 7.5 0 1 1-2.300-5.400M19.5 4v4.5H15',
  swap: 'M7 7h12l-3-3M17 17H5l3 3',
  warn: 'M12 4 2.800 19.5h18.400L12 4ZM12 10v4.5M12 17v.1',
  up1: 'M6 14l6-6 6 6',
  down1: 'M6 10l6 6 6-6',
  lasso:
    'M7 16.5C4.800 15.5 3.5 13.900 3.5 12c0-3.300 3.800-6 8.5-6s8.5 2.700 8.5 6-3.800 6-8.5 6c-1 0-2-.1-2.900-.4M9 17.5a2 2 0 1 1-4 0 2 2 0 0 1 4 0Zm-1.5 2c0 1-.5 1.5-1.5 2',
  hand: 'M12 4v16M4 12h16M12 4 9.5 6.5M12 4l2.5 2.5M12 20l-2.5-2.5M12 20l2.5-2.5M4 12l2.5-2.5M4 12l2.5 2.5M20 12l-2.5-2.5M20 12l-2.5 2.5',
} as const;

export type IconName = keyof typeof paths | 'play';

export function Icon({ name, size = 20 }: { name: IconName; size?: number }) {
  return (
    <svg className="icon" width={size} height={size} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      {name === 'play' ? <path className="solid" d="M8 5.5v13l11-6.5z" /> : <path d={paths[name]} />}
    </svg>
  );
}
