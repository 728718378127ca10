// "What is this?" of a result and of a dropped sound: labels as bars, other sets, own labels, and when they are heard.
// And the tags of tracks, as chips and filters.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { answered, library, open, playing, rows, samples, search, serve, sounds, until } from './harness.mjs';

const server = await serve(library());
const page = await open(server.url);
const asked = sounds(page);
const first = rows(page).first();
const panel = page.locator('.understand').first();
const bars = panel.locator('.bars li');
const answer = panel.locator('.answer');

async function drop(name, path) {
  const transfer = await page.evaluateHandle(
    ([called, base64]) => {
      const data = new DataTransfer();
      data.items.add(new File([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))], called));
      return data;
    },
    [name, readFileSync(path).toString('base64')],
  );
  for (const type of ['dragenter', 'dragover', 'drop']) await page.dispatchEvent('body', type, { dataTransfer: transfer });
}

test('an opened result says what it is, by keys alone', async () => {
  await search(page, 'a rooster crowing');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowRight');
  const button = first.getByRole('button', { name: /^What is this\?/ });
  await button.focus();
  await page.keyboard.press('Enter');
  await bars.first().waitFor({ timeout: 90_000 }); // the server reads 527 labels once
  assert.equal(await button.getAttribute('aria-expanded'), 'true');
  assert.equal(await bars.count(), 8);
  assert.match(await answer.innerText(), /^Crowing, cock-a-doodle-doo\s+\d\d %$/);
  assert.equal(await answer.getAttribute('role'), 'status');
  await panel.locator('.caption', { hasText: /^A rooster crows\. high$/ }).waitFor({ timeout: 90_000 });
  assert.match(await bars.first().innerText(), /Search for\s+Crowing, cock-a-doodle-doo\s+\d\d %\s+high/);
});

test('another set and own labels are asked, and it may be none of these', async () => {
  const out = panel.getByLabel('Out of');
  assert.equal(await out.locator('option').count(), (await (await fetch(`${server.url}/api/v1/labels`)).json()).sets.length + 1);
  await out.selectOption('esc10');
  await until('the answer is of the set', async () => /^rooster/i.test(await answer.innerText()));
  await out.selectOption({ label: 'my own labels' });
  await panel.getByLabel('Labels, with commas between them').fill('a cow, "rain, or hail", a cow');
  await panel.getByRole('button', { name: 'Ask' }).click();
  await until('none of them', async () => /^None of these\s+·\s+rather Crowing/.test(await answer.innerText()));
  assert.deepEqual((await bars.locator('.label').allInnerTexts()).sort(), ['a cow', 'rain, or hail']);
});

test('when it is heard is drawn above the waveform and listed, and a press plays it', async () => {
  const field = panel.getByLabel('When is it heard?');
  assert.equal(await field.inputValue(), '"Crowing, cock-a-doodle-doo"'); // what it rather is
  await field.fill('a rooster crowing, thunder');
  await field.press('Enter');
  const heard = panel.getByRole('list', { name: /^When it is heard/ }).getByRole('button');
  await heard.first().waitFor();
  assert.match(await panel.locator('.timeline [role="status"]').innerText(), /^Heard \d+ times?\. Not heard: thunder\.$/);
  const strips = panel.locator('.strip');
  assert.deepEqual(
    [await strips.count(), await strips.nth(0).locator('rect[fill]').count(), await strips.nth(1).locator('rect[fill]').count()],
    [2, await heard.count(), 0],
  );
  assert.match(await heard.first().innerText(), /^Play .*,\s+0:0\d\.\d–0:0\d\.\d\s+a rooster crowing\s+likelihood\s+\d+ %/);
  await heard.first().click();
  await until('it plays', async () => /cock crows|rooster/i.test((await playing(page)) ?? ''));
  assert.equal(asked.at(-1).what, 'excerpt');
});

test('a mistake is shown where it was made', async () => {
  await panel.getByLabel('When is it heard?').fill('x'.repeat(3000));
  await panel.getByRole('button', { name: 'Listen for it' }).click();
  await panel.locator('.timeline [role="alert"]').waitFor();
  await panel.getByLabel('When is it heard?').fill(' , ');
  assert.equal(await panel.getByRole('button', { name: 'Listen for it' }).isDisabled(), true);
});

test('a dropped sound is known too, and a label leads to the search for it', async () => {
  await page.goto(server.url);
  await drop('what.mp3', join(samples, 'recording-11.mp3'));
  await answered(page);
  const own = page.getByRole('region', { name: 'The sounds searched with' });
  await own.getByRole('button', { name: /^What is this\?/ }).click();
  await bars.first().waitFor();
  assert.match(await answer.innerText(), /dog|bark/i);
  await panel.getByRole('button', { name: 'Listen for it' }).click();
  await panel.locator('.lanes canvas[data-state="ready"]').waitFor();
  const label = await bars.first().locator('.label').innerText();
  await bars.first().getByRole('button').click();
  await until('it is searched for', async () => new URL(page.url()).searchParams.get('q') === label);
  await answered(page);
});

test('tags are chips, and a press keeps the tracks that have them', async () => {
  const { tracks } = await (await fetch(`${server.url}/api/v1/tracks?${new URLSearchParams({ where: "title ~ 'crow'" })}`)).json();
  assert.ok(tracks.length > 1);
  for (const { id } of tracks) {
    const done = await fetch(`${server.url}/api/v1/tracks/${id}/tags`, {
      method: 'PUT',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ add: ["bird's voice", 'farm, or yard'] }),
    });
    assert.equal(done.status, 200);
  }
  await page.goto(server.url);
  await search(page, 'a dog barking');
  assert.equal((await rows(page).count()) > tracks.length, true);
  await page.getByRole('button', { name: 'Filters' }).click();
  await page.getByRole('combobox', { name: /^Tag/ }).selectOption("bird's voice");
  await until('only those are left', async () => (await rows(page).count()) === tracks.length);
  await first.getByRole('button', { name: 'Only tracks tagged farm, or yard' }).click();
  const both = page.getByRole('list', { name: 'Tags asked for' }).getByRole('listitem');
  await until('both are asked', async () => (await both.count()) === 2);
  assert.deepEqual(new URL(page.url()).searchParams.getAll('tag'), ["bird's voice", 'farm, or yard']);
  await page.getByRole('button', { name: "Take the tag bird's voice off" }).click();
  await page.getByRole('button', { name: 'Take the tag farm, or yard off' }).click();
  await until('all are back', async () => (await rows(page).count()) > tracks.length);
  // The same among the library's tracks.
  await page.goto(`${server.url}/library?find=crow`);
  const list = page.getByRole('list', { name: 'Tracks', exact: true });
  await list.getByRole('button', { name: "Only tracks tagged bird's voice" }).first().click();
  await until('it is in the address', async () => new URL(page.url()).searchParams.get('tag') === "bird's voice");
  await page.getByRole('searchbox', { name: 'Find by name' }).fill('');
  await until('they are all that is left', async () => (await page.locator('.tracks [role="status"]').innerText()) === `${tracks.length} tracks`);
});

test('the page kept its own rules', () => {
  assert.deepEqual(page.outside, []);
  assert.deepEqual(page.faults, []);
});
