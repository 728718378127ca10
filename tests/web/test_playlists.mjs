// Thumbs, the basket, playlists and their export.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { answered, choose, inMenu, library, open, rows, search, serve, until } from './harness.mjs';

const server = await serve(library());
const page = await open(server.url);
const results = rows(page);
const title = (row) => row.locator('.title').first().innerText();
const api = async (path) => (await fetch(`${server.url}/api/v1/${path}`)).json();
let names = [];

test('thumbs stay', async () => {
  await search(page, 'calm piano');
  const name = await title(results.first());
  await choose(results.first(), 'Good');
  await until('it is kept', async () => (await api('ratings')).ratings.length === 1);
  await page.reload();
  await answered(page);
  const up = await inMenu(results.filter({ hasText: name }).first(), 'Good');
  await until('it is still there', async () => (await up.getAttribute('aria-checked')) === 'true');
  await page.keyboard.press('Escape');
  // Ratings count in the order, and can be left out.
  await page.getByText('ordered by your 1 rating too').waitFor();
  await page.getByRole('button', { name: 'Leave them out' }).click();
  await until('it is in the address', async () => new URL(page.url()).searchParams.get('ratings') === 'no');
  await page.getByRole('button', { name: 'Use my ratings' }).click();
  await page.getByRole('button', { name: 'Leave them out' }).waitFor();
  const row = results.filter({ hasText: name }).first();
  await choose(row, 'Bad');
  await until('it turned', async () => (await api('ratings')).ratings[0]?.rating === -1);
  await choose(row, 'Bad');
  await until('it is taken back', async () => !(await api('ratings')).ratings.some((one) => one.rating !== 0));
});

test('results go into the basket, in an order that can be changed', async () => {
  for (const i of [0, 1, 2]) {
    const name = await title(results.nth(i));
    names.push(name);
    await choose(results.nth(i), 'Into the basket');
  }
  await page.getByRole('button', { name: 'Basket, 3 tracks' }).click();
  const basket = page.getByRole('complementary', { name: 'Playlist basket' });
  assert.deepEqual(await basket.locator('li .title').allInnerTexts(), names);
  await basket.getByRole('button', { name: `Move ${names[2]} up` }).click();
  names = [names[0], names[2], names[1]];
  assert.deepEqual(await basket.locator('li .title').allInnerTexts(), names);
  await page.reload();
  await page.getByRole('button', { name: 'Basket, 3 tracks' }).waitFor(); // this browser keeps it
});

test('it is saved and exported in its order', async () => {
  await page.getByRole('button', { name: 'Basket, 3 tracks' }).click();
  const basket = page.getByRole('complementary', { name: 'Playlist basket' });
  await basket.getByLabel('Name').fill('Quiet & slow');
  for (const [label, begins] of [
    ['M3U8', '#EXTM3U'],
    ['XSPF', '<?xml'],
  ]) {
    const [download] = await Promise.all([page.waitForEvent('download'), basket.getByRole('button', { name: label }).click()]);
    const text = readFileSync(await download.path(), 'utf8');
    assert.ok(text.startsWith(begins), text.slice(0, 80));
    assert.match(download.suggestedFilename(), new RegExp(`\\.${label.toLowerCase()}$`));
    const { playlists } = await api('playlists');
    assert.equal(playlists.length, 1);
    const tracks = (await api(`playlists/${playlists[0].id}`)).tracks;
    const lines = text
      .split('\n')
      .filter((line) => line.includes('/samples/'))
      .map((line) => (label === 'XSPF' ? decodeURIComponent(line) : line));
    assert.equal(lines.length, 3, text);
    for (const [i, track] of tracks.entries()) assert.ok(lines[i].includes(track.path), text);
  }
  await basket.getByText('saved', { exact: false }).first().waitFor();
});

test('a change is saved into the same playlist', async () => {
  const basket = page.getByRole('complementary', { name: 'Playlist basket' });
  await basket.getByRole('button', { name: `Take ${names[0]} out` }).click();
  await basket.getByRole('button', { name: 'Save', exact: true }).click();
  await until('it has two', async () => (await api('playlists')).playlists[0].count === 2);
  await basket.getByRole('button', { name: 'Start a new one' }).click();
  await page.getByRole('button', { name: 'Undo' }).waitFor();
  await basket.getByRole('button', { name: 'Close the basket' }).click();
});

test('the playlists page has it, takes it up again and deletes it', async () => {
  await page.getByRole('link', { name: 'Playlists' }).click();
  await page.getByRole('link', { name: /Quiet & slow/ }).click();
  assert.deepEqual(await page.locator('.details li .title').allInnerTexts(), names.slice(1));
  await page.getByRole('button', { name: 'Change it in the basket' }).click();
  await page.getByRole('button', { name: 'Basket, 2 tracks' }).waitFor();
  await page.getByRole('button', { name: 'Close the basket' }).click();
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  await page.getByRole('button', { name: 'Delete for good' }).click();
  await page.getByText('No playlist yet.').waitFor();
  assert.equal((await api('playlists')).playlists.length, 0);
});

test('the page kept its own rules', () => assert.deepEqual(page.faults, []));
