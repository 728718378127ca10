// Searching by words: results, playing, filters, wordings, history and links, an open result.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answered, library, open, playing, rows, search, serve, sounds, until } from './harness.mjs';

const server = await serve(library());
const page = await open(server.url, { permissions: ['clipboard-read', 'clipboard-write'] });
const asked = sounds(page);
const results = rows(page);
const title = (row) => row.locator('.title').first().innerText();

test('the start says what this library answers well, and leads there', async () => {
  await page.getByRole('heading', { name: 'What does it sound like?' }).waitFor();
  const tries = page.getByRole('list', { name: 'Try' }).getByRole('link');
  await tries.first().waitFor();
  assert.equal(await tries.count(), 6);
  assert.match(await page.locator('.stock').innerText(), /^39 tracks · 6 min/);
  const idea = (await tries.first().innerText()).trim();
  await tries.first().click();
  await answered(page);
  assert.equal(new URL(page.url()).searchParams.get('q'), idea);
  // Only what scores high is suggested.
  assert.match(await results.first().locator('.score').innerText(), /high/);
});

test('words find a sound, with its score, level, waveform and best moment', async () => {
  await search(page, 'a dog barking');
  const first = results.first();
  assert.match(await title(first), /Dog/i);
  assert.match(await first.locator('.score').innerText(), /(high|moderate)\s+\d+ %/);
  assert.match(await first.locator('.wave .times').innerText(), /^0:00–0:0\d/);
  await first.locator('canvas[data-state="ready"]').waitFor();
  assert.match(await page.locator('.meta').innerText(), /39 tracks heard in/);
  await until('the result is said aloud', async () =>
    /The first is .*dog.*, likelihood (high|moderate)/i.test(await page.locator('p[role="status"].hidden').innerText()),
  );
});

test('one click plays the best moment, the waveform plays from where it is pressed', async () => {
  const first = results.first();
  await first.getByRole('button', { name: /^Play the best moment/ }).click();
  await until('it plays', async () => (await page.getByRole('region', { name: 'Player' }).getByRole('button', { name: 'Pause' }).count()) === 1);
  assert.equal(asked.at(-1).what, 'excerpt');
  assert.match(await playing(page), /Dog.*in 0:00–0:0\d/i);
  await page.locator('.dock').getByRole('button', { name: 'Pause', exact: true }).click();
  await page.locator('.dock').getByRole('button', { name: 'Play', exact: true }).waitFor();

  await search(page, 'calm piano');
  // Beside the moment: before it, or behind it when it is at the start.
  const times = await results.locator('.wave .times').allInnerTexts();
  const index = times.findIndex((text) => !/^0:00–(\S+)\s+\1$/.test(text));
  const wave = results.nth(index).locator('canvas[data-state="ready"]');
  await wave.waitFor();
  const box = await wave.boundingBox();
  // At a place of the waveform, not of the page: what comes above it late moves it.
  await wave.click({ position: { x: box.width * (times[index].startsWith('0:00') ? 0.98 : 0.02), y: box.height / 2 } });
  await until('the whole sound is played', async () => /of 0:\d\d/.test((await playing(page)) ?? ''));
  await page.getByRole('button', { name: 'Close the player' }).click();
  assert.equal(await playing(page), null);
});

test('back and forward go through the searches, and an address says all of one', async () => {
  await search(page, 'rain on a roof');
  await page.goBack();
  await until('the words before stand in the box', async () => (await page.getByRole('combobox', { name: 'Describe a sound' }).inputValue()) === 'calm piano');
  await page.goForward();
  await until('and the next ones', async () => (await page.getByRole('combobox', { name: 'Describe a sound' }).inputValue()) === 'rain on a roof');
  await answered(page);
  const here = await title(results.first());
  await page.getByRole('button', { name: 'Copy link' }).click();
  await page.getByText('The link to this search is copied.').waitFor();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  await page.goto('about:blank');
  await page.goto(link);
  await answered(page);
  assert.equal(await title(results.first()), here);
  assert.match(await page.title(), /rain on a roof/);
});

test('a minus turns the search away from words', async () => {
  await search(page, 'music');
  const plain = await results.locator('.title').allInnerTexts();
  await search(page, 'music -drums -"electric guitar"');
  const url = new URL(page.url());
  assert.deepEqual([url.searchParams.getAll('q'), url.searchParams.getAll('not')], [['music'], ['drums', 'electric guitar']]);
  assert.equal(await page.getByRole('list', { name: 'Parts of the search' }).getByRole('listitem').count(), 2);
  await until('the order is another', async () => JSON.stringify(await results.locator('.title').allInnerTexts()) !== JSON.stringify(plain));
  await page.getByRole('button', { name: 'Take drums off' }).click();
  await until('one is gone', async () => new URL(page.url()).searchParams.getAll('not').length === 1);
});

test('so does a no among the words', async () => {
  await search(page, 'music, no drums');
  assert.equal(new URL(page.url()).searchParams.get('q'), 'music, no drums');
  await page.locator('.meta').filter({ hasText: 'without drums' }).waitFor();
  const said = await results.locator('.title').allInnerTexts();
  await search(page, 'music -drums');
  await until('the order is the same', async () => JSON.stringify(await results.locator('.title').allInnerTexts()) === JSON.stringify(said));
  assert.equal(await page.locator('.meta').filter({ hasText: 'without drums' }).count(), 0, 'it is a part of the search already');
});

test('filters narrow it, and a wrong condition is shown at its place', async () => {
  await page.goto(server.url);
  await search(page, 'music');
  await page.getByRole('button', { name: 'Filters' }).click();
  const genre = page.getByLabel('Genre');
  const options = await genre.locator('option').evaluateAll((list) => list.map((one) => one.value).filter((one) => one !== '*' && one !== ''));
  if (options.length) {
    await genre.selectOption(options[0]);
    await until('the genre is in the address', async () => new URL(page.url()).searchParams.get('genre') === options[0]);
    await page.getByRole('button', { name: 'Take all off' }).click();
  }
  await page.getByLabel('At least').fill('0:15');
  await page.getByLabel('At least').press('Enter');
  await until(
    'fewer were heard',
    async () => /^\d\d? tracks? heard/.test(await page.locator('.meta p').innerText()) && !(await page.locator('.meta p').innerText()).startsWith('39'),
  );
  const condition = page.getByLabel('Condition');
  await condition.fill('duration < 20 and genre = Jazz');
  await condition.press('Enter');
  const error = page.locator('#where-error');
  await error.waitFor();
  assert.match(await error.innerText(), /Jazz/);
  assert.equal(await error.locator('mark').innerText(), 'J'); // at its own place, though the filter stands beside it
  assert.equal(await condition.getAttribute('aria-invalid'), 'true');
  await condition.fill("path ~ 'music'");
  await condition.press('Enter');
  await answered(page);
  assert.equal(await error.count(), 0);
  await condition.fill('duration > 4000');
  await condition.press('Enter');
  await page.getByText('The filters leave no track.').waitFor();
  await page.getByRole('button', { name: 'Take all filters off' }).click();
  await answered(page);
});

test('other wordings come with their scores and lead to their results', async () => {
  await page.goto(server.url);
  await search(page, 'female voice');
  const hints = page.locator('.wordings');
  await hints.waitFor();
  assert.match(await hints.innerText(), /as asked: \d+ %/);
  const other = hints.getByRole('link').first();
  assert.match(await other.innerText(), /[a-z].* \d+ %$/);
  const wording = (await other.innerText()).replace(/\s*\d+ %$/, '');
  await other.click();
  await until('it is asked', async () => new URL(page.url()).searchParams.get('q') === wording);
});

test('where other words answer more clearly, the line above the results says so', async () => {
  await page.goto(server.url);
  await search(page, 'keyboard');
  const line = page.locator('.answer');
  await until('it is said', async () => /answers (clearly|better) \(\d+ %\)/.test(await line.innerText()));
  const other = (await line.getByRole('button').innerText()).replace(/[“”]/g, '');
  await line.getByRole('button').click();
  await until('it is asked', async () => new URL(page.url()).searchParams.get('q') === other);
  await answered(page);
  assert.equal(await line.count(), 0);
});

test('single moments and the best moment rank otherwise', async () => {
  await page.goto(server.url);
  await search(page, 'a rooster crowing');
  await page.getByLabel('Rank by').selectOption('moments');
  await until('moments are ranked', async () => new URL(page.url()).searchParams.get('rank') === 'moments');
  await answered(page);
  assert.match(await title(results.first()), /cock|rooster/i);
});

test('an opened result has its best moments, its file, and what can be done', async () => {
  await page.goto(server.url);
  await search(page, 'calm piano');
  const first = results.first();
  const name = await title(first);
  await first.getByRole('button', { name: /^More about/ }).click();
  await first.locator('.matched .clip').first().click();
  await until('a moment plays', async () => ((await playing(page)) ?? '').includes(name));
  assert.match(await first.locator('.particulars').innerText(), /music\//);
  const [download] = await Promise.all([page.waitForEvent('download'), first.getByRole('link', { name: 'Save the file' }).click()]);
  assert.match(download.suggestedFilename(), /\.(ogg|opus|mp3|flac)$/);
  assert.equal(await download.failure(), null);
});

test('a result is dragged out as its file', async () => {
  await search(page, 'a dog barking');
  const data = await results
    .first()
    .locator('.names')
    .evaluate((element) => {
      const transfer = new DataTransfer();
      element.dispatchEvent(new DragEvent('dragstart', { bubbles: true, cancelable: true, dataTransfer: transfer }));
      return Object.fromEntries([...transfer.types].map((type) => [type, transfer.getData(type)]));
    });
  assert.match(data.downloadurl ?? data.DownloadURL, /^audio\/[\w.+-]+:recording-\d\d\.\w+:http:\/\/127\.0\.0\.1:\d+\/api\/v1\/tracks\/\d+\/audio/);
  const address = (data.downloadurl ?? data.DownloadURL).replace(/^[^:]+:[^:]+:/, '');
  const bytes = await (await fetch(address)).arrayBuffer();
  assert.ok(bytes.byteLength > 1000);
});

test('nothing came from elsewhere, and the page kept its own rules', () => {
  assert.deepEqual(page.outside, []);
  assert.deepEqual(page.faults, []);
});
