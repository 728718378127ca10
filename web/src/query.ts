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
  source: number; // 0: all
  folder: string;
  where: string;
  rank: Rank;
  byMean: boolean;
  plain: boolean; // ratings do not change the order
}

export const emptyQuery: Query = {
  items: [],
  genres: [],
  tags: [],
  shortest: 0,
  longest: 0,
  source: 0,
  folder: '',
  where: '',
  rank: 'mean',
  byMean: false,
  plain: false,
};

export const isText = (item: Item): item is Item & { text: string } => 'text' in item;
export const isTrack = (item: Item): item is Item & { track: number } => 'track' in item;
export const isUpload = (item: Item): item is Item & { upload: string; name: string } => 'upload' in item;
export const isSound = (item: Item) => !isText(item);

export const hasUpload = (query: Query) => query.items.some(isUpload);
export const bySound = (query: Query) => query.items.some((item) => isSound(item) && !item.negative);
export const canAsk = (query: Query) => query.items.some((item) => !item.negative);
export const isFiltered = (query: Query) =>
  query.genres.length > 0 || query.tags.length > 0 || query.shortest > 0 || query.longest > 0 || query.source > 0 || query.folder !== '' || query.where !== '';
export const withoutFilters = (query: Query): Query => ({ ...query, genres: [], tags: [], shortest: 0, longest: 0, source: 0, folder: '', where: '' });
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

export function toParameters(query: Query): URLSearchParams {
  const out = new URLSearchParams();
  for (const item of query.items) {
    const no = item.negative ? 'not' : '';
    if (isText(item)) out.append(no || 'q', item.text);
    else if (isTrack(item)) out.append(no ? 'unlike' : 'like', item.track + partText(item.part));
    else out.append(`${no}upload`, `${item.upload}${partText(item.part)}~${item.name}`);
  }
  for (const genre of query.genres) out.append('genre', genre);
  for (const tag of query.tags) out.append('tag', tag);
  if (query.shortest) out.set('min', String(query.shortest));
  if (query.longest) out.set('max', String(query.longest));
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
      const [id, part] = value.split('@', 2);
      const track = Number(id);
      if (Number.isSafeInteger(track) && track > 0) query.items.push({ track, negative: name === 'unlike', part: readPart(part ?? '') });
    } else if (name === 'upload' || name === 'notupload') {
      const mark = value.indexOf('~');
      const [upload, part] = (mark < 0 ? value : value.slice(0, mark)).split('@', 2);
      if (upload) query.items.push({ upload, name: mark < 0 ? 'a sound' : value.slice(mark + 1), negative: name === 'notupload', part: readPart(part ?? '') });
    } else if (name === 'genre') query.genres.push(value);
    else if (name === 'tag' && value) query.tags.push(value);
  }
  const number = (name: string) => Math.max(0, Number(parameters.get(name)) || 0);
  query.shortest = number('min');
  query.longest = number('max');
  query.source = Math.floor(number('source'));
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

/** The filters and the typed condition as one; `shift`: how far the typed one was moved to the right. */
export function condition(query: Query): { text: string; shift: number } {
  const parts: string[] = [];
  const named = query.genres.filter(Boolean).map(inQuotes);
  if (query.genres.includes('')) {
    parts.push(named.length ? `(genre is empty or genre in (${named.join(', ')}))` : 'genre is empty');
  } else if (named.length) parts.push(`genre in (${named.join(', ')})`);
  for (const tag of query.tags) parts.push(`tag = ${inQuotes(tag)}`);
  if (query.shortest) parts.push(`duration >= ${query.shortest}`);
  if (query.longest) parts.push(`duration <= ${query.longest}`);
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
