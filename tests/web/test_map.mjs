// The map: points to look at, hear and gather.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { library, open, playing, serve, sounds, until } from './harness.mjs';

const server = await serve(library());
const page = await open(server.url);
const asked = sounds(page);
const map = page.locator('.map-field canvas');

test('every track is a point, and the keys go from one to the next', async () => {
  await page.goto(`${server.url}/map`);
  await map.waitFor();
  assert.match(await map.getAttribute('aria-label'), /^Map of 39 tracks/);
  await map.focus();
  await page.keyboard.press('ArrowRight');
  const card = page.locator('.map-card');
  await card.waitFor();
  const first = await card.innerText();
  await until('it is another', async () => {
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowDown');
    return (await card.count()) > 0 && (await card.innerText()) !== first;
  });
  await until('it plays', async () => asked.some((one) => one.what === 'excerpt') && (await playing(page)) !== null);
});

test('pointing plays, unless it is switched off', async () => {
  await page.getByLabel('Pointing plays').uncheck();
  await until('it is silent', async () => (await playing(page)) === null);
  await page.getByLabel('Pointing plays').check();
  const box = await map.boundingBox();
  // The whole map is fitted in, 36 pixels from the edges, each axis to the same scale.
  const { x, y } = await (await fetch(`${server.url}/api/v1/map`)).json();
  const middle = (list) => (Math.min(...list) + Math.max(...list)) / 2;
  const reach = (list) => Math.max(...list) - Math.min(...list);
  const scale = Math.min((box.width - 72) / reach(x), (box.height - 72) / reach(y));
  await page.getByRole('button', { name: 'Show all' }).click();
  await page.mouse.move(box.x + box.width / 2 + (x[0] - middle(x)) * scale, box.y + box.height / 2 + (y[0] - middle(y)) * scale);
  await page.locator('.map-card').waitFor();
  await until('it plays', async () => (await playing(page)) !== null);
});

test('a lasso makes a playlist', async () => {
  await page.getByRole('button', { name: 'Lasso' }).click();
  const box = await map.boundingBox();
  const corners = [
    [0.02, 0.02],
    [0.98, 0.02],
    [0.98, 0.98],
    [0.02, 0.98],
  ];
  await page.mouse.move(box.x + box.width * 0.02, box.y + box.height * 0.02);
  await page.mouse.down();
  for (const [x, y] of corners) await page.mouse.move(box.x + box.width * x, box.y + box.height * y, { steps: 4 });
  await page.mouse.up();
  await page.locator('.map-chosen', { hasText: '39 tracks' }).waitFor();
  await page.getByRole('button', { name: 'Into the basket' }).click();
  await until('they are gathered', async () => (await page.getByRole('complementary', { name: 'Playlist basket' }).locator('li').count()) === 39);
  await page.getByRole('button', { name: 'Close the basket' }).click();
});

test('words colour it', async () => {
  await page.getByLabel('Colour by').fill('a dog barking');
  await page.getByRole('button', { name: 'Colour', exact: true }).click();
  await page.locator('.legend', { hasText: 'most like “a dog barking”' }).waitFor();
  assert.equal(new URL(page.url()).searchParams.get('label'), 'a dog barking');
});

test('groups of like sound have names, and a press chooses their tracks', async () => {
  await page.goto(`${server.url}/map`);
  await page.getByRole('checkbox', { name: 'Groups of like sound' }).check();
  const groups = page.getByRole('list', { name: 'Groups of like sound' }).getByRole('button');
  await groups.first().waitFor();
  const { clusters } = await (await fetch(`${server.url}/api/v1/clusters`)).json();
  assert.equal(await groups.count(), clusters.length);
  assert.equal((await groups.first().innerText()).replace(/\s+/g, ' ').trim(), `${clusters[0].names.join(', ')} ${clusters[0].tracks.length}`);
  await groups.first().click();
  await page.locator('.map-chosen', { hasText: `${clusters[0].tracks.length} tracks` }).waitFor();
  await page.getByRole('checkbox', { name: 'Groups of like sound' }).uncheck();
  await page.locator('.legend', { hasText: 'untagged' }).waitFor();
});

test('the page kept its own rules', () => assert.deepEqual(page.faults, []));
