// The page of a server that searches an engine: it offers what such a server can do, and asks for nothing else.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answered, atEnd, hearken, library, open, rows, search, serve, skip } from './harness.mjs';

const cluster = process.env.HEARKEN_TEST_ENGINE ?? '';
if (!cluster) skip('HEARKEN_TEST_ENGINE is not set: no cluster to talk to');
const hosts = cluster.slice(0, cluster.lastIndexOf('/'));
const name = `Page${Date.now()}`;
const engine = `${hosts}/${name}`;
const said = (...words) => {
  const done = hearken('remote', ...words, '--cluster', engine, '--library', path);
  assert.equal(done.status, 0, done.stderr);
};
const path = library();
said('init');
atEnd(async () => {
  const rest = `http://${hosts.split('//')[1].split(',')[0].split(':').slice(0, 2).join(':')}/v1/schema`;
  for (const { class: one } of (await (await fetch(rest)).json()).classes) if (one.startsWith(`${name}_`)) await fetch(`${rest}/${one}`, { method: 'DELETE' });
});
said('push');
said('verify');

const server = await serve(null, { engine });
const page = await open(server.url);
const refused = [];
page.on('response', (response) => response.status() >= 400 && refused.push(`${response.status()} ${response.url()}`));
const results = rows(page);

test('the start shows what is there, and only the pages that work', async () => {
  await page.reload();
  assert.match(await page.locator('.stock').innerText(), /^39 tracks · 56 moments/);
  assert.deepEqual(await page.getByRole('navigation', { name: 'Pages' }).getByRole('link').allInnerTexts(), ['Search']);
  assert.equal(await page.getByRole('button', { name: /Basket/ }).count(), 0);
});

test('words find a sound; nothing is offered that needs its file', async () => {
  await search(page, 'a dog barking');
  const first = results.first();
  assert.match(await first.locator('.title').first().innerText(), /Dog/i);
  assert.equal(await page.getByRole('button', { name: /Play|Thumb|basket/ }).count(), 0);
  await first.getByRole('button', { name: /^More about/ }).click();
  await first.getByRole('button', { name: /What is this/ }).click();
  await first.locator('.caption').getByText(/dog/i).waitFor();
  assert.equal(await first.getByText('When is it heard?').count(), 0);
});

test('a track finds what is like it', async () => {
  await results
    .first()
    .getByRole('button', { name: /^Similar to/ })
    .first()
    .click();
  await answered(page);
  assert.match(await results.first().locator('.score').innerText(), /vote/);
});

test('the keys do nothing that the server cannot do', async () => {
  await results.first().press('b');
  await results.first().press('u');
  await results.first().press('Enter');
  assert.equal(await page.locator('.notice').count(), 0);
});

test('nothing was asked for in vain, and the page kept its rules', () => {
  assert.deepEqual(refused, []);
  assert.deepEqual(page.faults, []);
  assert.deepEqual(page.outside, []);
});
