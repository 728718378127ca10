// What kind of list is wished for, as an address: pure.
export type Wish =
  | { kind: 'words'; text: string; minutes: number }
  | { kind: 'journey'; from: number; to: number; steps: number }
  | { kind: 'radio'; tracks: number[]; minutes: number };
export type Kind = Wish['kind'];

export const usualMinutes = 60;
export const usualSteps = 12;
const mostSeeds = 50; // that the server takes

const id = (text: string | null) => {
  const value = Number(text);
  return Number.isSafeInteger(value) && value > 0 ? value : 0;
};
const within = (text: string | null, least: number, most: number, usual: number) => {
  const value = Math.round(Number(text));
  return text !== null && text !== '' && Number.isFinite(value) ? Math.max(least, Math.min(most, value)) : usual;
};

/** null: no list is asked for. */
export function fromParameters(parameters: URLSearchParams): Wish | null {
  const minutes = within(parameters.get('minutes'), 1, 1440, usualMinutes);
  if (parameters.has('radio')) {
    const tracks = [...new Set(parameters.getAll('radio').map(id).filter(Boolean))].slice(0, mostSeeds);
    return { kind: 'radio', tracks, minutes };
  }
  if (parameters.has('from') || parameters.has('to')) {
    return { kind: 'journey', from: id(parameters.get('from')), to: id(parameters.get('to')), steps: within(parameters.get('steps'), 1, 100, usualSteps) };
  }
  const text = parameters.get('q');
  return text === null ? null : { kind: 'words', text: text.trim(), minutes };
}

export function addressOf(wish: Wish): string {
  const out = new URLSearchParams();
  if (wish.kind === 'words') out.set('q', wish.text);
  else if (wish.kind === 'journey') {
    out.set('from', wish.from ? String(wish.from) : '');
    if (wish.to) out.set('to', String(wish.to));
    if (wish.steps !== usualSteps) out.set('steps', String(wish.steps));
  } else for (const track of wish.tracks.length ? wish.tracks : ['']) out.append('radio', String(track));
  if (wish.kind !== 'journey' && wish.minutes !== usualMinutes) out.set('minutes', String(wish.minutes));
  return `/playlists?${out}`;
}

/** Whether there is enough to ask the server. */
export function isWhole(wish: Wish): boolean {
  if (wish.kind === 'words') return wish.text !== '';
  if (wish.kind === 'journey') return wish.from > 0 && wish.to > 0 && wish.from !== wish.to;
  return wish.tracks.length > 0;
}
