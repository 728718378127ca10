// Searching by sound: a dropped file, a broken one, a recording, arithmetic with results, comparing moments.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { answered, choose, folder, library, open, playing, rows, samples, search, serve, sounds, until } from './harness.mjs';

const server = await serve(library());
const page = await open(server.url, {
  // A microphone that hears a chainsaw.
  args: ['--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream', `--use-file-for-fake-audio-capture=${join(samples, 'recording-09.wav')}`],
  permissions: ['microphone', 'clipboard-read', 'clipboard-write'],
});
const asked = sounds(page);
const results = rows(page);
const title = (row) => row.locator('.title').first().innerText();

async function drop(name, bytes) {
  const transfer = await page.evaluateHandle(
    ([called, base64]) => {
      const data = new DataTransfer();
      data.items.add(new File([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))], called));
      return data;
    },
    [name, bytes.toString('base64')],
  );
  for (const type of ['dragenter', 'dragover', 'drop']) await page.dispatchEvent('body', type, { dataTransfer: transfer });
}

test('a dropped file finds what is like it', async () => {
  await drop('my dog.mp3', readFileSync(join(samples, 'recording-11.mp3')));
  await answered(page);
  assert.match(await title(results.first()), /dog/i);
  await page.getByRole('listitem').filter({ hasText: 'my dog.mp3' }).first().waitFor();
  assert.match(await results.first().locator('.score').innerText(), /(high|moderate|low|none)\s+\d+ %/);
  const own = page.getByRole('region', { name: 'The sounds searched with' });
  await own.locator('canvas[data-state="ready"]').waitFor();
  assert.match(await own.innerText(), /my dog\.mp3/);
});

test('an open result has moments of the sound with players and distances, under help', async () => {
  const first = results.first();
  await page.getByText('How to read likelihood, distance, votes and score').click();
  assert.match(await page.locator('.reading').innerText(), /below 0\.2 very similar/);
  await first.getByRole('button', { name: /^More about/ }).click();
  const matches = first.locator('.match-row');
  await matches.first().waitFor();
  assert.match(await matches.first().locator('.matched .clip').first().innerText(), /\d:\d\d–\d:\d\d\s+distance\s+[01]\.\d\d/);
  await matches.first().locator('.asked .clip').click();
  await until('the sound searched with plays', async () => /my dog/.test((await playing(page)) ?? ''));
  assert.equal(asked.at(-1).kind, 'uploads');
  await matches.first().locator('.matched .clip').first().click();
  await until('the match plays', async () => asked.at(-1).kind === 'tracks');
  // The two stand side by side: c goes from one to the other.
  await page
    .locator('.dock')
    .getByRole('button', { name: /^Yours/ })
    .waitFor();
  await page.keyboard.press('c');
  await until(
    'yours again',
    async () =>
      (await page
        .locator('.dock')
        .getByRole('button', { name: /^Yours/ })
        .getAttribute('aria-pressed')) === 'true',
  );
});

test('an uploaded sound cannot be shared, and the page says so', async () => {
  await page.getByText(/the link to this search cannot be shared/).waitFor();
  await page.getByRole('button', { name: 'Copy link' }).click();
  await page.getByText(/It cannot be shared/).waitFor();
});

test('words beside the sound count too, and a part of it can be meant', async () => {
  const box = page.getByRole('combobox', { name: 'Describe a sound' });
  await box.fill('rain');
  await box.press('Enter');
  await until('both are asked', async () => new URL(page.url()).searchParams.get('q') === 'rain' && new URL(page.url()).searchParams.has('upload'));
  await answered(page);
  const part = page.getByRole('group', { name: /The part of this sound/ });
  await part.getByLabel('from').fill('1');
  await part.getByLabel('to').fill('3');
  await part.getByLabel('to').press('Enter');
  await until('the part is in the address', async () => new URL(page.url()).searchParams.get('upload')?.includes('@1-2~'));
  await part.getByRole('button', { name: 'All of it' }).click();
  await until('all of it again', async () => !new URL(page.url()).searchParams.get('upload')?.includes('@'));
});

test('an upload that is gone is said so', async () => {
  const id = new URL(page.url()).searchParams.get('upload').split('~')[0];
  await fetch(`${server.url}/api/v1/uploads/${id}`, { method: 'DELETE' });
  await page.reload();
  await page.getByText(/no longer on the server/).waitFor();
  await page.getByRole('button', { name: 'Search without it' }).click();
  await answered(page);
  assert.equal(new URL(page.url()).searchParams.has('upload'), false);
});

test('a broken file is named with its reason, and what stood there stays', async () => {
  const before = page.url();
  await drop('letter.mp3', Buffer.from('Dear ear, this is not a sound. '.repeat(40)));
  const alert = page.getByRole('alert').filter({ hasText: 'letter.mp3' });
  await alert.waitFor();
  assert.match(await alert.innerText(), /letter\.mp3 .*(not a sound|cannot|damaged)/i);
  assert.equal(page.url(), before);
  assert.equal((await results.count()) > 0, true);
  await drop('nothing.wav', Buffer.alloc(0));
  await page.getByRole('alert').filter({ hasText: 'nothing.wav is empty' }).waitFor();
  // Cut off in the middle: it is used as far as it goes, or refused by name.
  const whole = readFileSync(join(samples, 'recording-08.flac'));
  await drop('cut.flac', whole.subarray(0, whole.length / 3));
  await until('it is used or refused by name', async () => (await page.getByText('cut.flac').count()) > 0);
});

test('a recording that the library has is named, with its place', async () => {
  await page.goto(server.url);
  await drop('what is this.mp3', readFileSync(join(samples, 'music/Maxstack - Coherence.mp3')));
  const named = page.locator('.very');
  await named.waitFor();
  assert.match(await named.innerText(), /This recording is in the library:\s+Coherence\s+by Max McCracken.*from 0:00 on/s);
  await named.getByRole('button').click();
  await until('it plays there', async () => asked.at(-1).kind === 'tracks');
});

test('a chosen file works as a dropped one', async () => {
  await page.goto(server.url);
  const path = join(folder(), 'waves.ogg');
  writeFileSync(path, readFileSync(join(samples, 'recording-06.ogg')));
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.getByRole('button', { name: 'Choose a sound file' }).click()]);
  await chooser.setFiles(path);
  await answered(page);
  assert.match(await title(results.first()), /sea|wave/i);
});

test('a recording finds what it hears', async () => {
  await page.goto(server.url);
  await page.getByRole('button', { name: 'Record with the microphone' }).click();
  await page.locator('.recording-line .time', { hasText: '0:03' }).waitFor();
  await page.getByRole('button', { name: 'Stop recording and search' }).click();
  await answered(page);
  const found = await results.locator('.title').allInnerTexts();
  assert.ok(
    found.slice(0, 3).some((one) => /chainsaw/i.test(one)),
    found.slice(0, 5).join(', '),
  );
  await page.getByRole('listitem').filter({ hasText: 'Recording' }).first().waitFor();
});

test('a recording can be dropped', async () => {
  await page.goto(server.url);
  await page.getByRole('button', { name: 'Record with the microphone' }).click();
  await page.getByRole('button', { name: 'Drop the recording' }).click();
  await page.getByRole('combobox', { name: 'Describe a sound' }).waitFor();
  assert.equal(page.url(), `${server.url}/`);
});

test('more like this, plus and minus on results', async () => {
  await page.goto(server.url);
  await search(page, 'calm piano');
  const name = await title(results.first());
  await results.first().hover();
  await page
    .getByRole('button', { name: `Similar to ${name}` })
    .first()
    .click();
  await until('it is asked', async () => /^\?like=\d+$/.test(new URL(page.url()).search));
  await page.getByRole('region', { name: 'The sounds searched with' }).getByText(name).first().waitFor();
  await answered(page);
  assert.ok(!(await results.locator('.title').allInnerTexts()).includes(name)); // not itself
  const second = await title(results.nth(1));
  await choose(results.nth(1), 'Less like this');
  await until('it counts against', async () => new URL(page.url()).searchParams.has('unlike'));
  await page.getByRole('button', { name: `${second} counts against; count it for` }).click();
  await until('it counts for', async () => new URL(page.url()).searchParams.getAll('like').length === 2);
  await page.getByRole('button', { name: `Take ${second} off` }).click();
  await until('it is off', async () => new URL(page.url()).searchParams.getAll('like').length === 1);
});

test('the page kept its own rules', () => {
  assert.deepEqual(page.outside, []);
  assert.deepEqual(page.faults, []);
});
