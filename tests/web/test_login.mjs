// A server with a token: the page asks for it, and keeps it where no script reads it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { library, open, search, rows, serve } from './harness.mjs';

const server = await serve(library(), { words: ['--token', 'a-secret-of-ours'] });

test('the printed address logs in and leaves no token behind in it', async () => {
  const page = await open(server.address);
  await search(page, 'a dog barking');
  assert.ok((await rows(page).count()) > 0);
  assert.ok(!page.url().includes('secret'), page.url());
  assert.deepEqual(page.faults, []);
});

test('without it the page asks, refuses a wrong one, and goes on with the right one', async () => {
  const page = await open(server.url);
  const field = page.getByLabel('Token');
  await field.fill('another');
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.getByRole('alert').getByText('That is not the token of this server.').waitFor();
  await field.fill('a-secret-of-ours');
  await field.press('Enter');
  await search(page, 'a dog barking');
  assert.ok((await rows(page).count()) > 0);
  assert.equal(await page.evaluate(() => document.cookie), '');
  await page.reload();
  await search(page, 'heavy rain');
  assert.deepEqual(page.faults, []);
});
