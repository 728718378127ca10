// A whole search as a value, as an address that can be shared, and as the request that the server gets.
import type { SearchRequest } from './schema';

type Part = { start: number; duration: number }; // of a sound; none: all of it

export type Item = { negative: boolean; part?: Part } & ({ text: string } | { track: number } | { upload: string; name: string });

export type Rank = 'mean' | 'best' | 'top3' | 'moments';

export interface Query {
  items: Item[];
  genres: string[];
  tags: string[]; // all of them
  shortest: number; // seconds; 0: any
  longest: number; // 0: any
  slowest: number; // beats a minute; 0: any
  fastest: number; // 0: any
  key: string; // "A minor", "minor"; empty: any
  quietest: number; // LUFS, below 0; 0: any
  loudest: number; // 0: any
  source: number; // 0: all
  folder: string;
  where: string;
  rank: Rank;
  byMean: boolean;
  plain: boolean; // ratings do not change the order
}

export const isText = (item: Item): item is Item & { text: string } => 'text' in item;
export const isTrack = (item: Item): item is Item & { track: number } => 'track' in item;
export const isUpload = (item: Item): item is Item & { upload: string; name: string } => 'upload' in item;
export const isSound = (item: Item) => !isText(item);

export const hasUpload = (query: Query) => query.items.some(isUpload);
export const bySound = (query: Query) => query.items.some((item) => isSound(item) && !item.negative);
export const canAsk = (query: Query) => query.items.some((item) => !item.negative);
const noFilters = {
  genres: [],
  tags: [],
  shortest: 0,
  longest: 0,
  slowest: 0,
  fastest: 0,
  key: '',
  quietest: 0,
  loudest: 0,
  source: 0,
  folder: '',
  where: '',
} as const satisfies Partial<Query>;
export const emptyQuery: Query = { items: [], ...noFilters, genres: [], tags: [], rank: 'mean', byMean: false, plain: false };
export const withoutFilters = (query: Query): Query => ({ ...query, ...noFilters, genres: [], tags: [] });
export const isFiltered = (query: Query) =>
  (Object.keys(noFilters) as Array<keyof typeof noFilters>).some((name) => {
    const value = query[name];
    return Array.isArray(value) ? value.length > 0 : Boolean(value);
  });
export const withTag = (query: Query, tag: string): Query => ({ ...query, tags: [...new Set([...query.tags, tag])] });

/** The words that stand in the box: the first that count for. */
export const words = (query: Query) => query.items.find((item) => isText(item) && !item.negative) as (Item & { text: string }) | undefined;

export function sameItem(a: Item, b: Item): boolean {
  if (isText(a)) return isText(b) && a.text === b.text;
  if (isTrack(a)) return isTrack(b) && a.track === b.track;
  return isUpload(b) && a.upload === b.upload;
}

/** With `item` as its words, sound or the like: replaces the same one, also when it counted the other way. */
export const withItem = (query: Query, item: Item): Query => ({ ...query, items: [...query.items.filter((one) => !sameItem(one, item)), item] });
export const withoutItem = (query: Query, item: Item): Query => ({ ...query, items: query.items.filter((one) => !sameItem(one, item)) });

/**
 * What was typed: words, and words against with a minus before them, in quotes when they are several. "No drums" and its
 * like stay among the words: the server understands them.
 */
export function typed(text: string): { words: string; against: string[] } {
  const against: string[] = [];
  const rest = text.replace(/(^|[\s,;])[-−](?:"([^"]+)"|(\p{L}[^\s",;]*(?<!-)))(?=$|[\s,;])/gu, (_, before: string, several, one) => {
    against.push(((several ?? one) as string).trim());
    return before;
  });
  const plain = rest.replace(/\s+/g, ' ').trim();
  // "calm, -drums, slow" leaves two commas beside each other.
  const words = against.length ? plain.replace(/([,;])(?:\s*[,;])+/g, '$1').replace(/^[\s,;]+|[\s,;]+$/g, '') : plain;
  return { words, against: against.filter(Boolean) };
}

// A part as "12.5-4": from 12.5 s on, 4 s long.
const partText = (part?: Part) => (part ? `@${part.start}-${part.duration}` : '');
function readPart(text: string): Part | undefined {
  const found = /^(\d+(?:\.\d+)?)-(\d+(?:\.\d+)?)$/.exec(text);
  return found ? { start: Number(found[1]), duration: Number(found[2]) } : undefined;
}

// The filters that are numbers: in the address, in the query, their sign, and in a condition.
const numbers = [
  ['min', 'shortest', 1, 'duration >='],
  ['max', 'longest', 1, 'duration <='],
  ['bpm-min', 'slowest', 1, 'tempo >='],
  ['bpm-max', 'fastest', 1, 'tempo <='],
  ['lufs-min', 'quietest', -1, 'loudness >='],
  ['lufs-max', 'loudest', -1, 'loudness <='],
] as const;

/** What `key` of a query may be: either kind, or one of the twelve of each. */
export const keys: readonly string[] = [
  'major',
  'minor',
  ...['C', 'C#', 'D', 'D#', 'E', 'F', 'F#', 'G', 'G#', 'A', 'A#', 'B'].flatMap((tone) => [`${tone} major`, `${tone} minor`]),
];

export const writeTrack = ({ track, part }: { track: number; part?: Part }) => track + partText(part);
export function readTrack(text: string): { track: number; part: Part | undefined } | null {
  const [id, part] = text.split('@', 2);
  const track = Number(id);
  return Number.isSafeInteger(track) && track > 0 ? { track, part: readPart(part ?? '') } : null;
}

export function toParameters(query: Query): URLSearchParams {
  const out = new URLSearchParams();
  for (const item of query.items) {
    const no = item.negative ? 'not' : '';
    if (isText(item)) out.append(no || 'q', item.text);
    else if (isTrack(item)) out.append(no ? 'unlike' : 'like', writeTrack(item));
    else out.append(`${no}upload`, `${item.upload}${partText(item.part)}~${item.name}`);
  }
  for (const genre of query.genres) out.append('genre', genre);
  for (const tag of query.tags) out.append('tag', tag);
  for (const [name, field] of numbers) if (query[field]) out.set(name, String(query[field]));
  if (query.key) out.set('key', query.key);
  if (query.source) out.set('source', String(query.source));
  if (query.folder) out.set('folder', query.folder);
  if (query.where) out.set('where', query.where);
  if (query.rank !== 'mean') out.set('rank', query.rank);
  if (query.byMean) out.set('by', 'mean');
  if (query.plain) out.set('ratings', 'no');
  return out;
}

export function fromParameters(parameters: URLSearchParams): Query {
  const query: Query = { ...emptyQuery, items: [], genres: [], tags: [] };
  for (const [name, value] of parameters) {
    if (name === 'q' || name === 'not') {
      if (value.trim()) query.items.push({ text: value.trim(), negative: name === 'not' });
    } else if (name === 'like' || name === 'unlike') {
      const track = readTrack(value);
      if (track) query.items.push({ ...track, negative: name === 'unlike' });
    } else if (name === 'upload' || name === 'notupload') {
      const mark = value.indexOf('~');
      const [upload, part] = (mark < 0 ? value : value.slice(0, mark)).split('@', 2);
      if (upload) query.items.push({ upload, name: mark < 0 ? 'a sound' : value.slice(mark + 1), negative: name === 'notupload', part: readPart(part ?? '') });
    } else if (name === 'genre') query.genres.push(value);
    else if (name === 'tag' && value) query.tags.push(value);
  }
  for (const [name, field, sign] of numbers) query[field] = sign * Math.max(0, sign * (Number(parameters.get(name)) || 0)) || 0;
  query.source = Math.max(0, Math.floor(Number(parameters.get('source')) || 0));
  query.key = keys.includes(parameters.get('key') ?? '') ? (parameters.get('key') as string) : '';
  query.folder = parameters.get('folder') ?? '';
  query.where = parameters.get('where') ?? '';
  const rank = parameters.get('rank');
  if (rank === 'best' || rank === 'top3' || rank === 'moments') query.rank = rank;
  query.byMean = parameters.get('by') === 'mean';
  query.plain = parameters.get('ratings') === 'no';
  return query;
}

export function queryAddress(query: Query): string {
  const text = toParameters(query).toString();
  return text ? `/?${text}` : '/';
}

export const inQuotes = (text: string) => `'${text.replace(/[\\']/g, '\\$&')}'`;

/** Tracks with `text` in what they are called. */
export const nameCondition = (text: string) => `(${['title', 'artist', 'album', 'path'].map((column) => `${column} ~ ${inQuotes(text)}`).join(' or ')})`;

/** The filters and the typed condition as one; `shift`: how far the typed one was moved to the right. */
export function condition(query: Query): { text: string; shift: number } {
  const parts: string[] = [];
  const named = query.genres.filter(Boolean).map(inQuotes);
  if (query.genres.includes('')) {
    parts.push(named.length ? `(genre is empty or genre in (${named.join(', ')}))` : 'genre is empty');
  } else if (named.length) parts.push(`genre in (${named.join(', ')})`);
  for (const tag of query.tags) parts.push(`tag = ${inQuotes(tag)}`);
  for (const [, field, , compared] of numbers) if (query[field]) parts.push(`${compared} ${query[field]}`);
  if (query.key) parts.push(query.key.includes(' ') ? `key = ${inQuotes(query.key)}` : `key ~ ${inQuotes(query.key)}`);
  if (query.folder) parts.push(`path ~ ${inQuotes(query.folder)}`);
  if (!query.where.trim()) return { text: parts.join(' and '), shift: 0 };
  if (parts.length === 0) return { text: query.where, shift: 0 };
  return { text: [`(${query.where})`, ...parts].join(' and '), shift: 1 };
}

/** Where in the typed condition an error stands, from 0 on. */
export function placeInWhere(query: Query, at: number): number {
  return Math.max(0, Math.min(query.where.length, at - 1 - condition(query).shift));
}

export function toRequest(query: Query, k: number, offset: number): SearchRequest {
  const where = condition(query).text;
  return {
    items: query.items.map((item) => {
      const negative = item.negative ? { negative: true } : {};
      if (isText(item)) return { text: item.text, ...negative };
      const sound = isTrack(item) ? { track: item.track } : { upload: item.upload };
      return { ...sound, ...item.part, ...negative };
    }),
    k,
    offset,
    ...(where && { where }),
    ...(query.source && { source: query.source }),
    ...(query.plain && { ratings: false }),
    ...(bySound(query) ? { inputs: 3, clips: 3, ...(query.byMean && { by: 'mean' as const }) } : query.rank !== 'mean' && { rank: query.rank }),
  };
}
