// The pictures of the README, from samples/: node docs/pictures/make.mjs, after ./dev build and scripts/setup webtest.
// page-light.png and page-dark.png show the page; terminal-light.png and terminal-dark.png a terminal, drawn by the
// browser from what the program wrote.
import { join } from 'node:path';
import { test } from 'node:test';
import { answered, hearken, library, open, root, serve } from '../../tests/web/harness.mjs';

const pictures = join(root, 'docs/pictures');
const size = { width: 1280, height: 760 };
const path = library();
const server = await serve(path);

const lines = ['find "calm piano" -k 2', 'find "a tiger roaring" -k 1', 'like samples/recording-01.ogg -k 2'];
const words = (line) => [...line.matchAll(/"([^"]*)"|(\S+)/g)].map((word) => word[1] ?? word[2]);
const escape = (text) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;');
const session = lines
  .map((line) => {
    const out = hearken(...words(line), '--library', path).stdout;
    return `<b>$ hearken ${escape(line)}</b>\n${escape(out)}`;
  })
  .join('\n');
const sheet = (dark) => `<body style="margin:0;background:${dark ? '#161a1d' : '#fff'};color:${dark ? '#dde' : '#223'}">
  <pre style="margin:0;padding:24px 28px;font:15px/1.45 'DejaVu Sans Mono',monospace">${session}</pre></body>`;

for (const colorScheme of ['light', 'dark'])
  test(colorScheme, async () => {
    const page = await open(server.url, { size, colorScheme, deviceScaleFactor: 1.5 });
    await page.goto(`${server.url}/?q=calm+piano`);
    await answered(page);
    await page.waitForLoadState('networkidle'); // waveforms and covers
    await page.waitForTimeout(500);
    await page.screenshot({ path: join(pictures, `page-${colorScheme}.png`) });
    const terminal = await page.context().newPage(); // the server's own pages take no inline styles
    await terminal.setContent(sheet(colorScheme === 'dark'));
    await terminal.locator('pre').screenshot({ path: join(pictures, `terminal-${colorScheme}.png`) });
  });
