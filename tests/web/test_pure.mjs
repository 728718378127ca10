// The page's parts that need no browser: what a query is as an address, as a condition and as a request; numbers as people read them.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { root, skip } from './harness.mjs';

const packages = createRequire(join(root, 'web/package.json'));
let vite;
try {
  vite = pathToFileURL(packages.resolve('vite'));
} catch {
  skip("vite is not installed; ./dev build fetches the page's packages");
}
const { build } = await import(vite);

// A module of the page, as JavaScript.
async function take(file) {
  const [{ output }] = await build({
    configFile: false,
    logLevel: 'silent',
    build: { write: false, minify: false, lib: { entry: join(root, 'web/src', file), formats: ['es'] } },
  });
  return import(`data:text/javascript,${encodeURIComponent(output[0].code)}`);
}
const query = await take('query.ts');
const format = await take('format.ts');
const queue = await take('player/queue.ts');
const wish = await take('lists/wish.ts');
const { progressOf } = await take('library/progress.ts');
const { plainly } = await take('plainly.ts');

test('an address says the whole query', () => {
  const asked = {
    ...query.emptyQuery,
    items: [
      { text: 'calm & slow', negative: false },
      { text: 'drums', negative: true },
      { track: 7, negative: true, part: { start: 12.5, duration: 4 } },
      { upload: 'ab12', name: 'my~dog.wav', negative: false, part: undefined },
    ],
    genres: ['Jazz', ''],
    tags: ['night'],
    shortest: 60,
    longest: 300,
    slowest: 90,
    fastest: 130,
    key: 'A minor',
    quietest: -20,
    loudest: -8.5,
    source: 2,
    folder: "Rock'n Roll",
    where: 'tempo > 90',
    rank: 'top3',
    byMean: true,
    plain: true,
  };
  assert.deepEqual(query.fromParameters(new URL(query.queryAddress(asked), 'http://h').searchParams), {
    ...asked,
    items: asked.items.map((item) => ('text' in item ? item : { part: undefined, ...item })),
  });
  assert.equal(query.queryAddress(query.emptyQuery), '/');
});

test('an address that makes no sense asks for nothing', () => {
  const wrong = 'lufs-min=5&bpm-max=-1&key=H%20minor&like=0&like=-3&like=x&like=1e99&q=%20&upload=&min=-5&max=abc&rank=worst&source=1.9';
  const read = query.fromParameters(new URLSearchParams(wrong));
  assert.deepEqual(read.items, []);
  assert.deepEqual([read.shortest, read.longest, read.rank, read.source], [0, 0, 'mean', 1]);
  assert.deepEqual([read.quietest, read.fastest, read.key], [0, 0, '']);
  assert.deepEqual(query.fromParameters(new URLSearchParams('like=3@nonsense')).items, [{ track: 3, negative: false, part: undefined }]);
});

test('a minus is against, a hyphen is not', () => {
  assert.deepEqual(query.typed('calm, -drums, slow -"distorted guitar"'), { words: 'calm, slow', against: ['drums', 'distorted guitar'] });
  assert.deepEqual(query.typed('hip-hop at -6 dB'), { words: 'hip-hop at -6 dB', against: [] });
  assert.deepEqual(query.typed('−vocals'), { words: '', against: ['vocals'] });
});

test('filters and the typed condition are one, and an error is found again in what was typed', () => {
  const some = { ...query.emptyQuery, genres: ["80's", ''], longest: 90, where: 'tempo > x' };
  assert.equal(query.condition(some).text, "(tempo > x) and (genre is empty or genre in ('80\\'s')) and duration <= 90");
  assert.equal(query.placeInWhere(some, 10), 8);
  assert.equal(query.placeInWhere({ ...query.emptyQuery, where: 'tempo > x' }, 9), 8);
  assert.equal(query.condition({ ...query.emptyQuery, genres: [''] }).text, 'genre is empty');
  const measured = { ...query.emptyQuery, slowest: 90, fastest: 120, key: 'minor', loudest: -14 };
  assert.equal(query.condition(measured).text, "tempo >= 90 and tempo <= 120 and loudness <= -14 and key ~ 'minor'");
  assert.equal(query.condition({ ...query.emptyQuery, key: 'A# minor' }).text, "key = 'A# minor'");
  assert.deepEqual([query.isFiltered(measured), query.isFiltered(query.withoutFilters(measured))], [true, false]);
});

test('a request has what the server reads', () => {
  const sound = query.withItem(query.emptyQuery, { track: 5, negative: false });
  assert.deepEqual(query.toRequest({ ...sound, byMean: true }, 20, 40), { items: [{ track: 5 }], k: 20, offset: 40, inputs: 3, clips: 3, by: 'mean' });
  const turned = query.withItem(sound, { track: 5, negative: true });
  assert.deepEqual(turned.items, [{ track: 5, negative: true }]);
  assert.equal(query.canAsk(turned), false);
  assert.deepEqual(query.toRequest({ ...query.emptyQuery, items: [{ text: 'a', negative: false }], rank: 'best', plain: true }, 10, 0), {
    items: [{ text: 'a' }],
    k: 10,
    offset: 0,
    ratings: false,
    rank: 'best',
  });
});

const sound = (track, part = {}) => ({ clip: { sound: { track }, title: `t${track}`, start: 0, end: 9, duration: 9, ...part }, whole: true });
const names = ({ entries }) => entries.map((one) => one.clip.title).join(' ');

test('a queue goes on and back, and knows its ends', () => {
  const list = queue.queueOf([sound(1), sound(2), sound(3)], 1, true);
  assert.equal(queue.current(list).clip.title, 't2');
  assert.equal(queue.following(list).clip.title, 't3');
  assert.equal(queue.current(queue.moved(list, -1)).clip.title, 't1');
  assert.equal(queue.moved(queue.moved(list, 1), 1), null);
  assert.equal(queue.moved(list, -2), null);
  const long = queue.queueOf(
    Array.from({ length: 5000 }, (_, i) => sound(i + 1)),
    4000,
    true,
  );
  assert.equal(long.entries.length, queue.mostQueued);
  assert.equal(queue.current(long).clip.title, 't4001');
});

test('what is added, moved and taken out leaves alone what plays', () => {
  const list = queue.queueOf([sound(1), sound(2), sound(3)], 1, false);
  const more = queue.withAdded(list, [sound(4)], 'next');
  assert.deepEqual([names(more), more.at, more.goesOn], ['t1 t2 t4 t3', 1, true]);
  assert.equal(names(queue.withAdded(list, [sound(4), sound(5)], 'last')), 't1 t2 t3 t4 t5');
  const up = queue.shifted(list, 1, -1);
  assert.deepEqual([names(up), queue.current(up).clip.title], ['t2 t1 t3', 't2']);
  assert.equal(queue.current(queue.shifted(list, 0, 1)).clip.title, 't2');
  assert.equal(queue.shifted(list, 2, 1), list);
  assert.equal(queue.current(queue.without(list, 0)).clip.title, 't2');
  const gone = queue.without(list, 1);
  assert.deepEqual([names(gone), queue.current(queue.moved(gone, 1)).clip.title], ['t1 t3', 't3']);
});

test('a browser keeps the queue without uploads, and trusts nothing that it kept', () => {
  const upload = { clip: { sound: { upload: 'ab' }, title: 'mine', start: 0, end: 1, duration: 1 }, whole: true };
  const kept = queue.lasting(queue.queueOf([upload, sound(1), sound(2)], 2, true));
  assert.deepEqual([names(kept), kept.at], ['t1 t2', 1]);
  assert.equal(queue.lasting(queue.queueOf([sound(1), upload], 1, true)).at, 0);
  assert.deepEqual(queue.readQueue(JSON.parse(JSON.stringify(kept))), kept);
  for (const wrong of [null, 7, {}, { entries: [], at: 0 }, { entries: [{}], at: 0 }, { entries: [sound(1)], at: 'x' }, { entries: [upload], at: 0 }]) {
    assert.equal(queue.readQueue(wrong), queue.noQueue);
  }
  assert.equal(queue.readQueue({ entries: [sound(1)], at: 99 }).at, 0);
});

test('a wish for a list is its address', () => {
  for (const one of [
    { kind: 'words', text: 'slow, no drums', minutes: 90 },
    { kind: 'journey', from: 3, to: 8, steps: 12 },
    { kind: 'journey', from: 3, to: 0, steps: 5 },
    { kind: 'radio', tracks: [7, 2], minutes: 60 },
    { kind: 'radio', tracks: [], minutes: 60 },
  ]) {
    assert.deepEqual(wish.fromParameters(new URL(wish.addressOf(one), 'http://h').searchParams), one);
  }
  const read = (text) => wish.fromParameters(new URLSearchParams(text));
  assert.equal(read('id=4'), null);
  assert.deepEqual(read('radio=2&radio=x&radio=2&minutes=1e9'), { kind: 'radio', tracks: [2], minutes: 1440 });
  assert.deepEqual(read('from=a&to=-2&steps=0'), { kind: 'journey', from: 0, to: 0, steps: 1 });
  assert.deepEqual([read('q=%20'), read('from=3&to=3'), read('from=3&to=4'), read('radio=')].map(wish.isWhole), [false, false, true, false]);
});

test('a moment has a name that every system takes', () => {
  assert.equal(format.momentName({ title: 'AC/DC: "Live"?', start: 65, end: 75.4 }), 'AC-DC- -Live-- 1.05-1.15.wav');
});

test('what is left is said when each job says it', () => {
  const job = (files_done, seconds_left) => ({ state: 'running', progress: { files_done, files_total: 10, seconds_left } });
  assert.deepEqual(progressOf([job(2, 30), job(0, 40)]), { done: 2, total: 20, left: 70 });
  assert.equal(progressOf([job(2, 30), job(0, null)]).left, null);
  assert.equal(progressOf([]).left, null);
});

test('the page says what went wrong in words of its own', () => {
  assert.match(plainly({ code: 'mismatch', message: 'raw' }), /Choose a folder/);
  for (const code of ['busy', 'timeout', 'internal', 'io', 'corrupt', 'permission_denied']) assert.doesNotMatch(plainly({ code, message: 'raw' }), /raw/);
  assert.equal(plainly({ code: 'invalid_argument', message: 'q: is too long' }), 'q: is too long');
});

test('no module of the page leads back to itself', () => {
  const source = join(root, 'web/src');
  const files = readdirSync(source, { recursive: true }).filter((name) => /\.tsx?$/.test(name));
  const leadsTo = new Map(
    files.map((name) => {
      const text = readFileSync(join(source, name), 'utf8');
      // Types are gone when it runs, and what is imported later cannot close a circle while the page starts.
      const named = [...text.matchAll(/^import (?!type\b)[^;]*? from '(\.[^']+)';/gm)].map((found) => join(dirname(name), found[1]));
      return [name.replace(/\.tsx?$/, ''), named.map((one) => one.replaceAll('\\', '/'))];
    }),
  );
  const done = new Set();
  const visit = (name, way) => {
    assert.ok(!way.includes(name), [...way, name].join(' → '));
    if (done.has(name)) return;
    for (const next of leadsTo.get(name) ?? []) visit(next, [...way, name]);
    done.add(name);
  };
  for (const name of leadsTo.keys()) visit(name, []);
});

test('a likelihood has a word, and none is one of them', () => {
  const said = [
    ['HIGH', 0.97],
    ['MODERATE', 0.5],
    ['LOW', 0.3],
    ['LOW', 0.04],
  ].map(([level, likelihood]) => format.likelihoodWord(level, likelihood));
  assert.deepEqual(said, ['high', 'moderate', 'low', 'none']);
});

test('numbers as people read them', () => {
  assert.deepEqual([0, 59.9, 60, 3599, 3600, -3].map(format.clock), ['0:00', '0:59', '1:00', '59:59', '1:00:00', '0:00']);
  assert.deepEqual([12.4, 59.6, 3600, 198_000].map(format.span), ['12 s', '60 s', '1 h 0 min', '55 h']);
  assert.equal(format.fineRange(3.44, 59.96), '0:03.4–1:00.0');
  assert.deepEqual([999, 1000, 12_345_678, 1.5e9].map(format.bytes), ['999 bytes', '1.0 kB', '12 MB', '1.5 GB']);
  assert.equal(format.score(-0.126), '−0.13');
  assert.equal(format.title({ title: '', path: 'a/b.c/song.one.flac' }), 'song.one');
  assert.equal(format.byline({ artist: '', album: '', path: 'song.flac' }), 'song.flac');
});
