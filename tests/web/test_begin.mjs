// An empty library: the page says how to begin, a person chooses a folder of this computer, and what is in it is found.
import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { axeSource, folder, library, open, rows, search, serve, someSamples, until } from './harness.mjs';

const home = folder();
const music = someSamples(join(home, 'Music'), ['recording-01.ogg', 'recording-03.mp3', 'music/lezaarth - tabla.ogg']);
for (const name of ['Disc 10', 'Disc 2', '.hidden', 'Music/Inner']) mkdirSync(join(home, name), { recursive: true });
writeFileSync(join(home, 'letter.txt'), 'no sound');
symlinkSync(music, join(home, 'elsewhere'));

const file = library({ index: false });
const env = { HOME: home };
let server = await serve(file, { env });
const page = await open(server.url);
const chooser = page.getByRole('dialog', { name: 'Choose a folder' });
const choose = page.getByRole('button', { name: 'Choose a folder' });
const shown = chooser.locator('.folder-list button');
const at = async (name) => chooser.locator('[aria-current="location"]').getByText(name, { exact: true }).waitFor();
const focused = () => page.evaluate(() => document.activeElement?.querySelector('.name')?.textContent);
const focuses = (name) => until(`${name} has the focus`, async () => (await focused()) === name);

test('opened by hand, the page says which address to open', async () => {
  for (const path of ['/', '/library']) {
    await page.goto(server.url + path);
    await page.getByText('open the address that hearken serve printed').waitFor();
    assert.equal(await choose.count(), 0);
  }
});

test('the printed address leaves no token behind in it, also in a page that is open already', async () => {
  await page.goto(server.url);
  await page.getByText('This library holds no sound yet.').waitFor();
  const key = new URL(server.address).hash;
  assert.match(key, /^#setup=[0-9a-f]{32}$/);
  await page.evaluate((hash) => (location.hash = hash), key);
  await choose.waitFor();
  assert.equal(page.url(), `${server.url}/`);
  await page.reload();
  await choose.waitFor();
});

test('the chooser begins at home, and shows what is there', async () => {
  await choose.click();
  await at('Home');
  await shown.nth(3).waitFor();
  const texts = (await shown.allInnerTexts()).map((text) => text.replace(/\s+/g, ' ').trim());
  assert.deepEqual(texts, ['Disc 2', 'Disc 10', 'elsewhere link', 'Music 3 sounds']);
});

test('it goes by keys: down, into a folder, up again', async () => {
  await focuses('Disc 2');
  await page.keyboard.press('ArrowDown');
  await focuses('Disc 10');
  await page.keyboard.press('End');
  await focuses('Music');
  await page.keyboard.press('Enter');
  await at('Music');
  await focuses('Inner');
  await page.keyboard.press('Enter');
  await at('Inner');
  await chooser.getByText('No folders in here.').waitFor();
  await page.keyboard.press('Backspace');
  await at('Music');
  await focuses('Inner');
  await page.keyboard.press('Backspace');
  await at('Home');
  await focuses('Music');
  await page.keyboard.press('Escape');
  await chooser.waitFor({ state: 'detached' });
  assert.equal(await page.evaluate(() => document.activeElement?.textContent), 'Choose a folder');
});

test('all of the computer is no folder to index', async () => {
  await choose.click();
  await at('Home');
  await chooser.getByRole('button', { name: 'Computer' }).click();
  await at('Computer');
  assert.equal(await chooser.getByRole('button', { name: 'Index this folder' }).isDisabled(), true);
  await page.keyboard.press('Escape');
});

for (const [width, height] of [
  [1280, 900],
  [390, 844],
]) {
  test(`everybody can use it, ${width} wide`, async () => {
    await page.setViewportSize({ width, height });
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await choose.click();
      await shown.nth(3).waitFor();
      await page.evaluate(axeSource());
      const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
      assert.deepEqual(
        violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').map(({ id, nodes }) => [id, nodes[0].failureSummary]),
        [],
      );
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'it scrolls sideways');
      await page.keyboard.press('Escape');
    }
  });
}

test('a folder is chosen, indexed and searched', async () => {
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.goto(`${server.url}/library`);
  await choose.click();
  await shown.filter({ hasText: 'Music' }).click();
  await at('Music');
  await chooser.getByText('3 sounds in it; with everything below it').waitFor();
  await chooser.getByRole('button', { name: 'Index this folder' }).click();
  await chooser.waitFor({ state: 'detached' });
  const job = page.getByRole('article', { name: `Indexing ${music}` });
  await until('it is done', async () => (await job.locator('.state').innerText()) === 'Done', 60_000);
  await page.getByRole('button', { name: `Look again in ${music}` }).waitFor();
  await page.getByRole('list', { name: 'Tracks' }).locator('li').nth(2).waitFor();
  await page.goto(server.url);
  await search(page, 'tabla drums');
  assert.match(await rows(page).first().innerText(), /tabla/i);
});

test('while more is indexed the page says how far it is, and searches what is there', async () => {
  const progress = { files_done: 12, files_total: 40, skipped: 0, audio_seconds: 90, elapsed_seconds: 9, part_done: 0.3, seconds_left: 130, current: 'a.ogg' };
  const job = { id: 99, state: 'running', folder: music, source: null, root: null, created: new Date().toISOString(), started: null, finished: null, progress };
  let more = 0;
  await page.route('**/api/v1/jobs', (route) => route.fulfill({ json: { jobs: [{ ...job, report: null, skipped: [], warnings: [], error: null }] } }));
  await page.route('**/api/v1/info', async (route) => {
    const answer = await (await route.fetch()).json();
    await route.fulfill({ json: { ...answer, library: { ...answer.library, tracks: answer.library.tracks + more } } });
  });
  await page.goto(server.url);
  const line = page.locator('.indexing-line');
  await line.waitFor();
  assert.match(await line.innerText(), /Still listening: 12 of 40 files, about 2 min left\. What has been heard can be searched already\./);
  await page.getByRole('list', { name: 'Try' }).getByRole('link').first().waitFor();
  await search(page, 'tabla drums');
  more = 2;
  await page.getByText('2 tracks more since then.').waitFor();
  await page.getByRole('button', { name: 'Search again' }).click();
  await page.getByText('2 tracks more since then.').waitFor(); // the server itself has no more
  await page.unroute('**/api/v1/jobs');
  await page.unroute('**/api/v1/info');
});

test('a folder that is gone by now is said so', async () => {
  await page.goto(`${server.url}/library`);
  await page.route('**/api/v1/folders?*', (route) =>
    route.fulfill({ status: 404, contentType: 'application/problem+json', body: '{"code": "not_found", "detail": "raw words"}' }),
  );
  await choose.click();
  await shown.first().click();
  await chooser.getByRole('alert').getByText('Disc 2 is not there any more.').waitFor();
  await at('Home');
  assert.equal(await page.getByText('raw words').count(), 0);
  await page.unroute('**/api/v1/folders?*');
  await page.keyboard.press('Escape');
});

test('a server that was started again wants its new address opened', async () => {
  await server.stop();
  server = await serve(file, { env, port: server.port });
  await page.goto(`${server.url}/library`);
  await choose.click();
  await chooser.getByRole('alert').getByText('printed a new address').waitFor();
  await page.keyboard.press('Escape');
  await page.getByText('open the address that hearken serve printed').waitFor();
  assert.equal(await choose.count(), 0);
});

test('where other computers reach the server no folder is chosen in the page', async () => {
  const reached = await serve(library({ index: false }), { env, words: ['--host', '0.0.0.0', '--insecure'] });
  assert.equal(reached.address, `${reached.url}/`);
  for (const path of ['/', '/library']) {
    await page.goto(reached.url + path);
    await page.getByText('Other computers may reach this server').waitFor();
    assert.equal(await choose.count(), 0);
  }
});

test('the page kept its own rules', () => assert.deepEqual(page.faults, []));
