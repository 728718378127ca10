// The player: a queue and the ways through it, volume, a moment that repeats, media keys, and coming back where it was left.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answered, choose, library, noise, folder, hearken, open, playing, rows, search, serve, sounds, until } from './harness.mjs';

const file = library();
const numbered = noise(folder(), 3); // noise-00 to noise-02, a minute each
assert.equal(hearken('index', numbered, '--library', file).status, 0);
const server = await serve(file);
const page = await open(server.url);
const missed = [];
page.on('response', (response) => response.status() >= 400 && missed.push(response.url()));
const asked = sounds(page);
const results = rows(page);
const dock = page.getByRole('region', { name: 'Player' });
const queue = page.getByRole('complementary', { name: 'Queue' });
const press = (name) => dock.getByRole('button', { name, exact: true }).click();
const title = (row) => row.locator('.title').first().innerText();
const plays = (name) =>
  until(`${name} plays`, async () => ((await playing(page)) ?? '').includes(name) && (await dock.getByRole('button', { name: 'Pause', exact: true }).count()));
const stored = () => page.evaluate(() => JSON.parse(localStorage.getItem('player')));

test('the results are the queue of a moment that is played; next and previous go through them', async () => {
  await search(page, 'calm piano');
  const names = await Promise.all([0, 1, 2].map((i) => title(results.nth(i))));
  await results
    .first()
    .getByRole('button', { name: /^Play the best moment/ })
    .click();
  await plays(names[0]);
  await press('Next');
  await plays(names[1]);
  await press('Next');
  await plays(names[2]);
  await press('Previous');
  await plays(names[1]);
  await page.locator('body').press('n');
  await plays(names[2]);
  assert.equal(asked.at(-1).what, 'excerpt');
});

test('while a moment plays, an arrow key plays the next result', async () => {
  await results.first().focus();
  await page.keyboard.press('Enter');
  await plays(await title(results.first()));
  await page.keyboard.press('ArrowDown');
  await plays(await title(results.nth(1)));
  await page.keyboard.press('Space');
  await dock.getByRole('button', { name: 'Play', exact: true }).waitFor();
  const before = asked.length;
  await page.keyboard.press('ArrowDown');
  await page.waitForTimeout(300);
  assert.equal(asked.length, before, 'a pause is kept');
});

test('a moment that is tried out does not go on by itself; repeated it begins anew', async () => {
  await search(page, 'a dog barking');
  await results
    .first()
    .getByRole('button', { name: /^Play the best moment/ })
    .click();
  const name = await title(results.first());
  await plays(name);
  await press('Repeat this moment');
  const at = async () => Number((await dock.getByRole('slider', { name: 'Place in the sound' }).getAttribute('value')) ?? 0);
  const seen = [];
  await until(
    'it has begun again',
    async () => {
      seen.push(await at());
      return seen.some((value, i) => i > 0 && value < seen[i - 1] - 0.5);
    },
    60_000,
  );
  assert.ok((await playing(page)).includes(name));
  await press('Repeat this moment');
  await until('it ends', async () => (await dock.getByRole('button', { name: 'Play', exact: true }).count()) === 1);
  assert.ok((await playing(page)).includes(name));
});

test('the volume is kept, and a press silences it', async () => {
  const volume = dock.getByRole('slider', { name: 'Volume' });
  await volume.fill('0.4');
  await press('Mute');
  assert.equal(await volume.inputValue(), '0');
  await press('Sound on');
  assert.equal(await volume.inputValue(), '0.4');
  await page.reload();
  await dock.waitFor();
  assert.equal(await volume.inputValue(), '0.4');
});

test('play all goes through whole sounds, and the next one is loaded before this one ends', async () => {
  await search(page, 'a dog barking');
  await page.getByRole('button', { name: 'Play all' }).click();
  const [first, second] = await Promise.all([0, 1].map((i) => title(results.nth(i))));
  await plays(first);
  await until('the second one is asked for', async () => asked.some((one) => one.what === 'audio' && one.id !== asked.find((a) => a.what === 'audio').id));
  await plays(second);
  await press('Pause');
  await queueShows(2);
});

async function queueShows(at) {
  await press('Queue');
  await queue.waitFor();
  const current = queue.locator('[aria-current="true"]');
  await current.waitFor();
  assert.equal(await current.evaluate((row) => [...row.parentElement.children].indexOf(row) + 1), at);
  await queue.getByRole('button', { name: 'Close the queue' }).click();
}

test('a track plays next, from the menu of its row; the queue moves, drops and plays', async () => {
  const name = await title(results.nth(4));
  await choose(results.nth(4), 'Play next');
  await page.getByText(`Plays next: ${name}`).waitFor();
  await press('Queue');
  const entry = queue.getByRole('listitem').nth(2);
  assert.ok((await entry.innerText()).includes(name));
  await queue
    .getByRole('button', { name: `Move ${name} down` })
    .first()
    .click();
  assert.ok((await queue.getByRole('listitem').nth(3).innerText()).includes(name));
  await queue
    .getByRole('listitem')
    .nth(3)
    .getByRole('button', { name: `Take ${name} out` })
    .click();
  const third = await queue.getByRole('listitem').nth(2).locator('.title').innerText();
  await queue
    .getByRole('listitem')
    .nth(2)
    .getByRole('button', { name: `Play ${third}` })
    .click();
  await plays(third);
  await page.keyboard.press('Escape');
  await queue.waitFor({ state: 'detached' });
});

test('media keys and what they show', async () => {
  const name = await dock.locator('.title').innerText();
  const shown = await page.evaluate(() => ({
    title: navigator.mediaSession.metadata.title,
    artwork: navigator.mediaSession.metadata.artwork.length,
    state: navigator.mediaSession.playbackState,
  }));
  assert.deepEqual(shown, { title: name, artwork: 1, state: 'playing' });
});

test('the page comes back where it was left, and is quiet', async () => {
  await page.goto(`${server.url}/library?find=noise`);
  await page.getByRole('button', { name: 'Play noise-00' }).click();
  await plays('noise-00');
  await press('Next');
  await plays('noise-01');
  await dock.getByRole('slider', { name: 'Place in the sound' }).fill('30');
  await until('it plays there', async () => (await playing(page)).includes('0:3'));
  await page.reload();
  await until('it shows the place', async () => /noise-01.*0:3\d of 1:00/.test((await playing(page)) ?? ''));
  assert.equal(await dock.getByRole('button', { name: 'Pause', exact: true }).count(), 0);
  assert.equal((await stored()).queue.entries.length, 3);
  await press('Play');
  await until(
    'it goes on from there',
    async () => /0:3\d of/.test(await playing(page)) && (await dock.getByRole('button', { name: 'Pause', exact: true }).count()) === 1,
  );
  await press('Previous'); // from the middle: its start
  await until('from the start', async () => /noise-01.*0:0\d of/.test(await playing(page)));
  await press('Close the player');
  assert.equal(await playing(page), null);
  await page.reload();
  await page.getByRole('list', { name: 'Tracks' }).locator('li').first().waitFor();
  assert.equal(await playing(page), null);
});

test('a phone has the first result in the upper third, and everything within its width', async () => {
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto(`${server.url}/?q=calm+piano`);
  await answered(page);
  await page.locator('.wordings').waitFor();
  const box = await results.first().boundingBox();
  assert.ok(box.y <= 844 / 3, `${box.y}`);
  await results
    .first()
    .getByRole('button', { name: /^Play the best moment/ })
    .click();
  await dock.waitFor();
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'it scrolls sideways');
  for (const name of ['Previous', 'Next', 'Repeat this moment', 'Queue']) {
    const place = await dock.getByRole('button', { name, exact: true }).boundingBox();
    assert.ok(place && place.x >= 0 && place.x + place.width <= 390, name);
  }
});

test('a picture that is not there is no failure', () => assert.deepEqual(missed, []));

test('the page kept its own rules', () => assert.deepEqual(page.faults, []));
