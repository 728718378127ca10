// The whole way from question to playlist without a pointer.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answered, library, open, playing, rows, serve, until } from './harness.mjs';

const server = await serve(library());
const page = await open(server.url);
const results = rows(page);
const press = (...keys) => keys.reduce((before, key) => before.then(() => page.keyboard.press(key)), Promise.resolve());
const focused = () => page.evaluate(() => document.activeElement?.getAttribute('data-index') ?? document.activeElement?.id ?? '');

test('? helps, Escape goes back', async () => {
  await press('?');
  await page.getByRole('dialog', { name: 'Help' }).waitFor();
  await press('Escape');
  await until('it is closed', async () => (await page.getByRole('dialog').count()) === 0);
});

test('/ asks, arrows go through the results, Enter plays, Space pauses', async () => {
  await press('/');
  assert.equal(await focused(), 'words');
  await page.keyboard.type('rain on a roof');
  await press('Enter');
  await answered(page);
  await press('ArrowDown');
  await until('the first row has the focus', async () => (await focused()) === '0');
  await press('ArrowDown', 'ArrowDown');
  await until('the third', async () => (await focused()) === '2');
  await press('ArrowUp');
  await until('the second', async () => (await focused()) === '1');
  await press('Enter');
  await until('it plays', async () => (await page.locator('.dock').getByRole('button', { name: 'Pause', exact: true }).count()) === 1);
  assert.ok((await playing(page)).includes(await results.nth(1).locator('.title').innerText()));
  await press('Space');
  await page.locator('.dock').getByRole('button', { name: 'Play', exact: true }).waitFor();
});

test('End and Home reach rows that were not there yet', async () => {
  await press('End');
  await until('the last row', async () => (await focused()) === '38');
  assert.ok(await results.last().isVisible());
  await press('Home');
  await until('the first row', async () => (await focused()) === '0');
});

test('a row opens, its buttons are reached by Tab, and it closes', async () => {
  await press('ArrowRight');
  await results.first().locator('.particulars').waitFor();
  await press('Tab');
  assert.match(await page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? ''), /^Play the best moment/);
  await press('Shift+Tab', 'ArrowLeft');
  await until('it is closed', async () => (await results.first().locator('.particulars').count()) === 0);
});

test('b, u and m act on the row', async () => {
  const name = await results.first().locator('.title').innerText();
  await press('b');
  await page.getByRole('button', { name: 'Basket, 1 track' }).waitFor();
  await press('u');
  await until('it is rated', async () => (await (await fetch(`${server.url}/api/v1/ratings`)).json()).ratings.length === 1);
  await press('m');
  await until('more like it', async () => /\?like=\d+/.test(page.url()));
  await page.getByRole('region', { name: 'The sounds searched with' }).getByText(name).first().waitFor();
  await answered(page);
});

test('plus and minus turn the search, Backspace takes the last part off', async () => {
  await press('/', 'ArrowDown');
  await until('a row has the focus', async () => (await focused()) === '0');
  await press('-');
  await until('away from it', async () => new URL(page.url()).searchParams.has('unlike'));
  await answered(page);
  await press('/');
  assert.equal(await focused(), 'words');
  await press('Backspace');
  await until('it is off', async () => !new URL(page.url()).searchParams.has('unlike'));
});

test('g shows the basket and Escape closes it', async () => {
  await page.evaluate(() => document.activeElement?.blur());
  await press('g');
  const basket = page.getByRole('complementary', { name: 'Playlist basket' });
  await basket.waitFor();
  await press('Escape');
  await until('it is closed', async () => (await basket.count()) === 0);
});

test('the first Tab leads past the frame', async () => {
  await page.goto(server.url);
  await page.locator('.top').waitFor();
  await press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement?.textContent), 'To the content');
});

test('the page kept its own rules', () => assert.deepEqual(page.faults, []));
