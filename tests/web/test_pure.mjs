// The page's parts that need no browser: what a query is as an address, as a condition and as a request; numbers as people read them.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { join } from 'node:path';
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
  const wrong = 'like=0&like=-3&like=x&like=1e99&q=%20&upload=&min=-5&max=abc&rank=worst&source=1.9';
  const read = query.fromParameters(new URLSearchParams(wrong));
  assert.deepEqual(read.items, []);
  assert.deepEqual([read.shortest, read.longest, read.rank, read.source], [0, 0, 'mean', 1]);
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

test('numbers as people read them', () => {
  assert.deepEqual([0, 59.9, 60, 3599, 3600, -3].map(format.clock), ['0:00', '0:59', '1:00', '59:59', '1:00:00', '0:00']);
  assert.deepEqual([12.4, 59.6, 3600, 198_000].map(format.span), ['12 s', '60 s', '1 h 0 min', '55 h']);
  assert.equal(format.fineRange(3.44, 59.96), '0:03.4–1:00.0');
  assert.deepEqual([999, 1000, 12_345_678, 1.5e9].map(format.bytes), ['999 bytes', '1.0 kB', '12 MB', '1.5 GB']);
  assert.equal(format.score(-0.126), '−0.13');
  assert.equal(format.title({ title: '', path: 'a/b.c/song.one.flac' }), 'song.one');
  assert.equal(format.byline({ artist: '', album: '', path: 'song.flac' }), 'song.flac');
});
