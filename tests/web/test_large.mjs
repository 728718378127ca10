// What the page costs: the size of its scripts, and how much of a large library it draws at a time.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { library, open, root, rows, search, serve, skip, until } from './harness.mjs';

const tracks = 20_000;
const file = library();
const grown = spawnSync('python3', ['-B', join(import.meta.dirname, 'grow.py'), file, String(tracks)], { encoding: 'utf8' });
if (grown.error) skip('there is no python3');
assert.equal(grown.status, 0, grown.stderr);
const server = await serve(file);
const page = await open(server.url);

test('all scripts together have at most 250 kB, compressed', () => {
  const folder = join(root, 'web/dist/assets');
  const bytes = readdirSync(folder)
    .filter((name) => name.endsWith('.js'))
    .reduce((sum, name) => sum + gzipSync(readFileSync(join(folder, name))).length, 0);
  assert.ok(bytes > 10_000 && bytes <= 250_000, `${bytes} bytes`);
});

test('of many tracks only those near the screen are drawn, and any place is reached', async () => {
  await page.goto(`${server.url}/library`);
  const list = page.getByRole('list', { name: 'Tracks' });
  const items = list.locator(':scope > li');
  await items.first().locator('.title').waitFor();
  assert.match(await page.locator('.figures').innerText(), /20,000\s+tracks/);
  assert.ok((await items.count()) < 60, `${await items.count()} rows`);
  assert.equal(await items.first().getAttribute('aria-setsize'), String(tracks));
  await items.first().focus();
  await page.keyboard.press('End');
  await until('the last row has the focus', () => page.evaluate((last) => document.activeElement?.getAttribute('data-index') === last, String(tracks - 1)));
  await items.last().locator('.title').waitFor();
  assert.ok((await items.count()) < 60);
});

test('results come in pages as they are reached', async () => {
  await page.goto(server.url);
  await search(page, 'calm piano');
  assert.ok((await rows(page).count()) < 60);
  await until('there are more behind', async () => {
    await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
    return Number(await rows(page).first().getAttribute('aria-setsize')) > 100;
  });
  assert.ok((await rows(page).count()) < 60);
});

test('the map holds them all', async () => {
  await page.goto(`${server.url}/map`);
  const map = page.locator('.map-field canvas');
  await page.locator('.map-field canvas, .hint-box').first().waitFor();
  if ((await map.count()) === 0) return; // a server that has no map yet says so, which test_map looks at
  assert.match(await map.getAttribute('aria-label'), /20,000 tracks/);
});

test('the page kept its own rules', () => assert.deepEqual(page.faults, []));
