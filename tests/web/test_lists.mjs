// Lists that the page makes: by words, from one track to another, on from some; duplicates; natural order.
import assert from 'node:assert/strict';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { axeSource, choose, folder, hearken, library, open, playing, rows, samples, search, serve, someSamples, until } from './harness.mjs';

const file = library();
const more = someSamples(join(folder(), 'more'), ['recording-03.mp3']);
for (const number of [10, 2, 1]) copyFileSync(join(samples, 'music/Garzul - garzul.ogg'), join(more, `Part ${number}.ogg`));
assert.equal(hearken('index', more, '--library', file).status, 0);
const server = await serve(file);
const page = await open(server.url);
const api = async (path) => (await fetch(`${server.url}/api/v1/${path}`)).json();
const list = page.getByRole('region', { name: 'The list' });
const lines = list.getByRole('listitem');
const titles = () => list.locator('li .title').allInnerTexts();

test('a list by words plays, and goes into the basket', async () => {
  await page.goto(`${server.url}/playlists`);
  await page.getByLabel('What should it sound like?').fill('calm cello, no drums');
  await page.getByLabel('Minutes').fill('1');
  await page.getByRole('button', { name: 'Make the list' }).click();
  await lines.first().waitFor();
  await until('the minutes count', async () => new URL(page.url()).searchParams.get('minutes') === '1');
  await lines.first().waitFor();
  assert.match(await list.getByRole('status').innerText(), /\d tracks?, .* without drums/);
  const made = (await api('lists/words?q=calm+cello,+no+drums&minutes=1')).tracks.map((one) => one.track.title);
  assert.deepEqual(await titles(), made);
  await list.getByRole('button', { name: 'Play all' }).click();
  await until('the first one plays', async () => ((await playing(page)) ?? '').includes(made[0]));
  await list.getByRole('button', { name: 'Into the basket' }).click();
  const basket = page.getByRole('complementary', { name: 'Playlist basket' });
  assert.deepEqual(await basket.locator('li .title').allInnerTexts(), made);
  await basket.getByLabel('Name', { exact: true }).fill('An evening');
  await basket.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByRole('link', { name: /An evening/ }).waitFor();
  await basket.getByRole('button', { name: 'Close the basket' }).click();
  await page.getByRole('link', { name: /An evening/ }).click();
  await page.locator('.details .track-lines li').first().waitFor();
  await page.goBack();
});

test('words that find nothing are told so', async () => {
  await page.getByLabel('What should it sound like?').fill('a lawn mower');
  await page.getByRole('button', { name: 'Make the list' }).click();
  await page.getByText('Nothing here sounds like that.').waitFor();
  await page.getByLabel('What should it sound like?').fill('no drums');
  await page.getByRole('button', { name: 'Make the list' }).click();
  await page.getByRole('alert').getByText('Say what it should sound like').waitFor();
});

test('a journey leads from one track to another, which are chosen by name', async () => {
  await page.getByRole('button', { name: 'Journey' }).click();
  await page.getByLabel('From', { exact: true }).fill('ave maria, intro');
  await page.getByRole('list', { name: 'From: tracks with that name' }).getByRole('button').first().click();
  await page.getByLabel('To', { exact: true }).fill('coherence');
  await page.getByRole('list', { name: 'To: tracks with that name' }).getByRole('button').first().click();
  await page.getByLabel('Steps').fill('3');
  await page.getByLabel('Steps').press('Enter');
  await until('it has its steps', async () => new URL(page.url()).searchParams.get('steps') === '3');
  await lines.first().waitFor();
  const found = await titles();
  assert.deepEqual([found[0], found.at(-1)], ['Ave Maria, introduction', 'Coherence']);
  assert.match(await lines.last().innerText(), /100 % of the way/);
});

test('the radio goes on from a result', async () => {
  await page.goto(server.url);
  await search(page, 'calm piano');
  const name = await rows(page).first().locator('.title').innerText();
  await choose(rows(page).first(), 'Radio from here');
  await lines.first().waitFor();
  assert.match(new URL(page.url()).search, /^\?radio=\d+$/);
  await page.getByRole('group', { name: 'After' }).getByText(name).waitFor();
  assert.ok(!(await titles()).includes(name));
});

test('a journey begins with a result', async () => {
  await page.goto(server.url);
  await search(page, 'calm piano');
  await choose(rows(page).first(), 'Journey from here');
  await page.getByLabel('To', { exact: true }).waitFor();
  assert.match(new URL(page.url()).search, /^\?from=\d+$/);
});

test('recordings that are there twice are shown together', async () => {
  await page.goto(`${server.url}/library`);
  await page.getByRole('link', { name: 'Duplicates' }).click();
  const group = page.locator('.group').filter({ hasText: 'Part 1.ogg' });
  await group.waitFor();
  assert.match(await group.innerText(), /the best one/);
  assert.equal(await group.getByText(/the same file/).count(), 3);
  assert.equal(await group.getByRole('button', { name: /^Play/ }).count(), 4);
});

test('names are sorted as people sort, and tracks by what was measured', async () => {
  await page.goto(`${server.url}/library?find=Part`);
  const tracks = page.getByRole('list', { name: 'Tracks' }).locator(':scope > li');
  await tracks.nth(2).waitFor();
  const { tracks: listed } = await api(`tracks?sort=path&where=${encodeURIComponent("path ~ 'Part '")}`);
  assert.deepEqual(
    listed.map((one) => one.path),
    ['Part 1.ogg', 'Part 2.ogg', 'Part 10.ogg'],
  );
  await page.goto(`${server.url}/library`);
  await page.getByLabel('Order').selectOption('tempo');
  await until('tempo is shown', async () => /bpm/.test(await tracks.first().innerText()));
});

test('everybody can use it, also on a phone', async () => {
  const idOf = async (name) => (await api(`tracks?where=${encodeURIComponent(`title = '${name}'`)}`)).tracks[0].id;
  const [first, last] = [await idOf('Ave Maria, introduction'), await idOf('Coherence')];
  for (const [width, height] of [
    [1280, 900],
    [390, 844],
  ]) {
    await page.setViewportSize({ width, height });
    for (const path of ['/playlists?q=calm+piano', `/playlists?from=${first}&to=${last}&steps=3`, `/playlists?radio=${first}`, '/duplicates']) {
      for (const colorScheme of ['light', 'dark']) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        await page.goto(server.url + path);
        await page.locator('.track-lines li').first().waitFor();
        await page.evaluate(axeSource());
        const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
        assert.deepEqual(
          violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').map(({ id, nodes }) => [id, nodes[0].failureSummary]),
          [],
        );
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${path} scrolls sideways`);
      }
    }
  }
});

test('the page kept its own rules', () => assert.deepEqual(page.faults, []));
