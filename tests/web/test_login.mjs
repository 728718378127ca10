// A server with a token: the page asks for it, and keeps it where no script reads it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { library, open, search, rows, serve } from './harness.mjs';

const server = await serve(library(), { words: ['--token', 'a-secret-of-ours'] });
const withToken = `${server.url}/#token=a-secret-of-ours`;

test('the printed address holds no token', () => assert.ok(!server.address.includes('secret'), server.address));

test('an address with the token logs in and leaves none behind in it', async () => {
  const page = await open(withToken);
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

test('a browser that logs out, or is thrown out, has to log in again', async () => {
  const page = await open(withToken);
  const ask = (path, options) => page.evaluate(([path, options]) => fetch(path, options).then((answer) => answer.status), [path, options]);
  const cookies = await page.context().cookies();
  assert.equal(await ask('/api/v1/info'), 200);
  assert.equal(await ask('/api/v1/session', { method: 'DELETE' }), 204);
  await page.context().addCookies(cookies); // who has kept it gets nothing for it
  assert.equal(await ask('/api/v1/info'), 401);
  await page.goto('about:blank');
  await page.goto(withToken);
  await page.locator('.top').waitFor();
  await search(page, 'a dog barking');
  const sessions = await page.evaluate(async () => (await (await fetch('/api/v1/sessions')).json()).sessions);
  const [own] = sessions.filter(({ current }) => current);
  assert.equal(own.address, '127.0.0.1');
  assert.match(own.browser, /Chrome/);
  assert.equal(await ask(`/api/v1/sessions/${own.id}`, { method: 'DELETE' }), 204);
  assert.equal(await ask('/api/v1/info'), 401);
});
