// Numbers and names as people read them.
import type { Level, Track } from './schema';

export function clock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const h = Math.floor(whole / 3600);
  const m = Math.floor((whole % 3600) / 60);
  const s = String(whole % 60).padStart(2, '0');
  return h > 0 ? `${h}:${String(m).padStart(2, '0')}:${s}` : `${m}:${s}`;
}

/** Of long stretches: "3 h 20 min". */
export function span(seconds: number): string {
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ${minutes % 60} min` : `${count(hours)} h`;
}

/** Of short stretches: "0:03.4–0:05.0". */
export const fineRange = (start: number, end: number) => `${tenths(start)}–${tenths(end)}`;
const tenths = (seconds: number) => {
  const whole = Math.max(0, Math.round(seconds * 10));
  return `${clock(Math.floor(whole / 10))}.${whole % 10}`;
};

export const range = (start: number, end: number) => `${clock(start)}–${clock(end)}`;
export const count = (value: number) => value.toLocaleString('en');
export const plural = (value: number, one: string, many = `${one}s`) => `${count(value)} ${value === 1 ? one : many}`;
export const score = (value: number) => value.toFixed(2).replace('-', '−');
export const percent = (share: number) => `${Math.round(share * 100)} %`;
/** What a likelihood is called. Below one in ten nothing speaks for it. */
export const likelihoodWord = (level: Level, likelihood: number) =>
  likelihood < 0.1 && level === 'LOW' ? 'none' : ({ HIGH: 'high', MODERATE: 'moderate', LOW: 'low' } as const)[level];
export const fine = (value: number) => value.toFixed(3).replace('-', '−');
export const milliseconds = (value: number) => `${value < 10 ? value.toFixed(1) : value.toFixed(0)} ms`;

export function bytes(value: number): string {
  for (const [unit, size] of [
    ['GB', 1e9],
    ['MB', 1e6],
    ['kB', 1e3],
  ] as const) {
    if (value >= size) return `${(value / size).toFixed(value >= size * 10 ? 0 : 1)} ${unit}`;
  }
  return `${value} bytes`;
}

export const fileName = (path: string) => path.slice(path.lastIndexOf('/') + 1);
export const folderName = (path: string) => path.slice(0, Math.max(0, path.lastIndexOf('/')));
export const title = (track: Track) => track.title || fileName(track.path).replace(/\.[^.]+$/, '');

/** "Ave Maria 1.05-1.15.wav": a name that every system takes. */
export const momentName = ({ title: name, start, end }: { title: string; start: number; end: number }) =>
  `${name.replace(/[\\/:*?"<>|]/g, '-').slice(0, 100)} ${clock(start)}-${clock(end)}.wav`.replaceAll(':', '.');

/** What stands under the title. */
export function byline(track: Track): string {
  const parts = [track.artist, track.album].filter(Boolean);
  return parts.length ? parts.join(' · ') : folderName(track.path) || fileName(track.path);
}

export const when = (text: string) =>
  new Date(text).toLocaleString('en-GB', { day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit' });
