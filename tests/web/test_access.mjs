// axe's rules over every page, in both colour schemes and at phone width.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answered, axeSource, choose, inMenu, library, open, rows, serve } from './harness.mjs';

const server = await serve(library());
const axe = axeSource();
for (let track = 1; track <= 39; ++track) {
  const tags = { method: 'PUT', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ add: ['rain', 'a tag that takes some space'] }) };
  assert.equal((await fetch(`${server.url}/api/v1/tracks/${track}/tags`, tags)).status, 200);
}
const page = await open(server.url);

const open_first = async () => {
  await answered(page);
  await page.keyboard.press('/');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowRight');
  await page.locator('.opened').first().waitFor();
};
const views = [
  ['the start', '/', () => page.locator('.tries a').first().waitFor()],
  ['words', '/?q=female+voice&not=drums', open_first],
  [
    'what it is, and when',
    '/?q=a+rooster+crowing',
    async () => {
      await open_first();
      await page
        .getByRole('button', { name: /^What is this/ })
        .first()
        .click();
      await page.locator('.bars li').first().waitFor({ timeout: 90_000 });
      await page.getByLabel('When is it heard?').fill('a rooster crowing, rain');
      await page.getByRole('button', { name: 'Listen for it' }).click();
      await page.locator('.lanes canvas[data-state="ready"]').waitFor();
    },
  ],
  ['filters and a wrong condition', '/?q=rain&tag=rain&where=genre+%3D+Jazz', () => page.locator('#where-error').waitFor()],
  [
    'a sound',
    '/?like=1',
    async () => {
      await open_first();
      await page.locator('.reading summary').click();
      await page.locator('.cover-button').first().click();
      await page.locator('.dock').waitFor();
      await page.getByRole('button', { name: 'Queue', exact: true }).click();
      await page.getByRole('complementary', { name: 'Queue' }).waitFor();
    },
  ],
  [
    'the menu of a result',
    '/?q=rain',
    async () => {
      await inMenu(rows(page).first(), 'Good');
      await page.getByRole('menu').waitFor();
    },
  ],
  ['the library', '/library?tag=rain', () => page.getByRole('list', { name: 'Tracks' }).locator('li').first().waitFor()],
  [
    'the map',
    '/map',
    async () => {
      await page.getByRole('checkbox', { name: 'Groups of like sound' }).check();
      await page.getByRole('list', { name: 'Groups of like sound' }).waitFor();
    },
  ],
  ['the playlists', '/playlists', () => page.getByText('No playlist yet.').waitFor()],
  [
    'the help',
    '/?q=rain',
    async () => {
      await page.getByRole('button', { name: 'Help and keys' }).click();
      await page.getByRole('dialog').waitFor();
    },
  ],
  [
    'the basket',
    '/?q=rain',
    async () => {
      await choose(rows(page).first(), 'Into the basket');
      await page.getByRole('button', { name: /^Basket, / }).click();
      await page.getByRole('complementary').waitFor();
    },
  ],
];

for (const [width, height] of [
  [1280, 900],
  [390, 844],
]) {
  for (const colorScheme of ['light', 'dark']) {
    for (const [name, to, ready] of views) {
      test(`${name}, ${width} wide, ${colorScheme}`, async () => {
        await page.setViewportSize({ width, height });
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        await page.goto(server.url + to);
        await page.evaluate(() => localStorage.clear());
        await page.reload();
        await ready();
        // evaluate() is not held by the page's content security policy, a script element would be.
        await page.evaluate(axe);
        const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
        const serious = violations.filter((one) => one.impact === 'serious' || one.impact === 'critical');
        assert.deepEqual(
          serious.map((one) => `${one.id}: ${one.nodes.map((node) => `${node.target.join(' ')} — ${node.failureSummary}`).join('; ')}`),
          [],
        );
        // Nothing sticks out at the side.
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'it scrolls sideways');
      });
    }
  }
}

test('the page kept its own rules', () => assert.deepEqual(page.faults, []));
