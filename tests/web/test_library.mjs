// The library page: an empty library, indexing as it happens, pause and cancel, skipped files, a server lost in the middle.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { folder, library, noise, open, serve, someSamples, until } from './harness.mjs';

const few = someSamples(join(folder(), 'few'), ['recording-01.ogg', 'recording-03.mp3', 'music/lezaarth - tabla.ogg', 'music/Sub-d - em9.flac']);
writeFileSync(join(few, 'broken.mp3'), 'This is a letter, not a sound.');
const long = noise(join(folder(), 'long'), 40);
const file = library({ index: false });
const words = ['--allow-root', few, '--allow-root', long];
let server = await serve(file, { words });
const page = await open(server.url);
const job = page.locator('.job').first();
const state = job.locator('.state');
const says = (text) => until(`the job says ${text}`, async () => (await state.innerText()) === text, 60_000);

test('an empty library says what to do', async () => {
  await page.getByText('This library holds no sound yet.').waitFor();
  await page.getByRole('link', { name: 'Choose a folder to listen to' }).click();
  await page.getByRole('heading', { name: 'Library' }).waitFor();
  assert.equal(await page.getByRole('button', { name: /^Index this folder/ }).count(), 2);
});

test('a folder is indexed, and what was skipped is named with its reason', async () => {
  await page.getByRole('button', { name: `Index this folder: ${few}` }).click();
  await says('Done');
  assert.match(await job.locator('.report').innerText(), /4 new or changed.*1 skipped/);
  const skipped = job.locator('.notes li').first();
  assert.match(await skipped.innerText(), /broken\.mp3\s+\S+/);
  await until('the figures are new', async () => /^4\s+tracks/.test(await page.locator('.figures').innerText()));
  await page.getByRole('list', { name: 'Tracks' }).locator('li').nth(3).waitFor();
  await page.getByRole('button', { name: `Look again in ${few}` }).waitFor();
});

test('what is indexed can be found by name and ordered', async () => {
  const tracks = page.getByRole('list', { name: 'Tracks' }).locator(':scope > li');
  await page.getByLabel('Find by name').fill('tabla');
  await until('one is left', async () => (await tracks.count()) === 1);
  assert.match(await tracks.first().innerText(), /tabla/i);
  await page.getByLabel('Find by name').fill('');
  await until('all are back', async () => (await tracks.count()) === 4);
  await page.getByLabel('Order').selectOption('duration');
  await until('shortest first', async () => {
    const lengths = await tracks.locator('.length').allInnerTexts();
    const seconds = lengths.map((text) => /^(\d+):(\d\d)/.exec(text.trim())).map((m) => Number(m?.[1]) * 60 + Number(m?.[2]));
    return seconds.length === 4 && seconds.every((value, i) => i === 0 || value >= seconds[i - 1]);
  });
});

test('indexing shows how far it is, pauses, goes on', async () => {
  await page.getByRole('button', { name: `Index this folder: ${long}` }).click();
  await says('Listening');
  await until('files are counted', async () => /\d+ of 40 files/.test(await job.innerText()), 60_000);
  await job.getByRole('button', { name: 'Pause' }).click();
  await says('Paused');
  await job.getByRole('button', { name: 'Go on' }).click();
  await says('Listening');
});

test('a server lost in the middle is said so, and what was indexed stays', async () => {
  await until('a file is done', async () => Number(/(\d+) of 40/.exec(await job.innerText())?.[1]) >= 1, 60_000);
  await server.stop('SIGKILL');
  await says('Connection lost');
  await page.getByRole('alert').filter({ hasText: 'Hearken does not answer' }).waitFor();
  server = await serve(file, { words, port: server.port });
  await says('Interrupted');
  await until('the page is whole again', async () => (await page.locator('.gone').count()) === 0);
  assert.match(await job.innerText(), /What was indexed stays/);
});

test('it goes on with the rest, and can be cancelled', async () => {
  await page.goto(`${server.url}/library`);
  await page.getByRole('button', { name: new RegExp(`^(Look again in|Index this folder:) ${long}$`) }).click();
  await until('files are counted', async () => /[1-9]\d* of 40 files/.test(await job.innerText()), 60_000);
  await job.getByRole('button', { name: 'Cancel' }).click();
  await says('Cancelled');
  const kept = Number(/^(\d+)/.exec(await page.locator('.figures').innerText())?.[1]);
  assert.ok(kept > 4, `${kept} tracks`);
});

test('a search during a lost server comes back by itself', async () => {
  await page.goto(server.url);
  await server.stop();
  await page.getByRole('combobox', { name: 'Describe a sound' }).fill('tabla drums');
  await page.getByRole('combobox', { name: 'Describe a sound' }).press('Enter');
  await page.getByRole('alert').filter({ hasText: 'Hearken does not answer' }).waitFor();
  server = await serve(file, { words, port: server.port });
  await page.getByRole('list', { name: 'Results, best first' }).locator('li').first().waitFor();
  assert.equal(await page.locator('.gone').count(), 0);
});

test('the page kept its own rules', () => assert.deepEqual(page.faults, []));
