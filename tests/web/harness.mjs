// What the tests of the page share: a real server over samples/, Debian's chromium, and short ways to look and to wait.
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after } from 'node:test';

export const root = resolve(import.meta.dirname, '../..');
export const samples = join(root, 'samples');
const program = process.env.HEARKEN_PROGRAM ?? join(root, 'build/hearken');
const environment = { ...process.env, HEARKEN_MODELS: join(root, 'models') };

/** Ends the test as skipped; ctest knows 77. */
export function skip(reason) {
  console.log(`skipped: ${reason}`);
  process.exit(77);
}

const require = createRequire(join(root, 'web/package.json'));
function wanted(name) {
  try {
    return require(name);
  } catch {
    return skip(`${name} is not installed; ./dev build fetches the page's packages`);
  }
}
export const axeSource = () => wanted('axe-core').source;

const chromiumPath = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find(existsSync);

// Everything that was started is stopped, also when a test fails.
const ends = [];
export const atEnd = (work) => ends.push(work);
after(async () => {
  for (const work of ends.reverse()) await work();
});

/** A folder that goes away at the end. */
export function folder() {
  const path = mkdtempSync(join(tmpdir(), 'hearken-web-'));
  atEnd(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

export function hearken(...words) {
  const done = spawnSync(program, words, { env: environment, encoding: 'utf8' });
  if (done.error) throw done.error;
  return done;
}

/** A copy of some of the samples, to index and to change. */
export function someSamples(into, names) {
  mkdirSync(into, { recursive: true });
  for (const name of names) cpSync(join(samples, name), join(into, name.split('/').at(-1)));
  return into;
}

/** A library of `samples/`; `index: false` leaves it out. */
export function library({ index = true } = {}) {
  const path = join(folder(), 'library.db');
  if (index) {
    const done = hearken('index', samples, '--library', path);
    if (done.status !== 0) throw new Error(`hearken index: ${done.stderr}`);
  }
  return path;
}

/** `hearken serve`, over an engine where there is no library. `address` is what it printed, `url` that without its tokens. */
export async function serve(libraryPath, { port = 0, words = [], engine = '', env = {} } = {}) {
  const of = engine ? ['--cluster', engine] : ['--library', libraryPath];
  const child = spawn(program, ['serve', '--port', String(port), ...of, ...words], { env: { ...environment, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  process.on('exit', () => child.kill('SIGKILL')); // skip() leaves without coming back
  let said = '';
  child.stderr.on('data', (text) => (said += text));
  const address = await new Promise((found, failed) => {
    let out = '';
    child.stdout.on('data', (text) => {
      out += text;
      const printed = /^Open (http:\/\/\S+)\n/.exec(out);
      if (printed) found(printed[1]);
    });
    child.on('exit', (code) => failed(new Error(`hearken serve ended with ${code}: ${said}`)));
  });
  child.removeAllListeners('exit');
  const gone = new Promise((done) => child.on('exit', done));
  const stop = async (signal = 'SIGTERM') => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    await gone;
  };
  atEnd(() => stop('SIGKILL'));
  const url = new URL(address).origin;
  const first = await (await fetch(url)).text();
  if (!first.includes('id="root"')) skip('this build carries no page; ./dev build makes it where Node.js is');
  return { url, address, stop, port: Number(new URL(url).port) };
}

/** Chromium with a page at `address`; fails the test at its end when the page broke its own rules. */
export async function open(address, { args = [], permissions = [], size = { width: 1280, height: 900 }, ...context } = {}) {
  if (!chromiumPath) skip('there is no chromium; scripts/setup webtest installs it');
  const { chromium } = wanted('playwright-core');
  const url = new URL(address).origin;
  const browser = await chromium.launch({ executablePath: chromiumPath, args: ['--no-sandbox', '--autoplay-policy=no-user-gesture-required', ...args] });
  atEnd(() => browser.close());
  const pages = await browser.newContext({ viewport: size, acceptDownloads: true, permissions, baseURL: url, ...context });
  const page = await pages.newPage();
  page.setDefaultTimeout(20_000);
  page.faults = [];
  page.on('pageerror', (error) => page.faults.push(String(error)));
  page.on('console', (line) => {
    // A refused style or script is a fault of the page; a 404 for a missing cover is not.
    if (/Content Security Policy|Content-Security-Policy/.test(line.text())) page.faults.push(line.text());
  });
  page.outside = [];
  page.on('request', (request) => {
    if (!request.url().startsWith(url) && !request.url().startsWith('blob:')) page.outside.push(request.url());
  });
  await page.goto(address);
  await page.locator('.top').waitFor();
  return page;
}

/** A page of one's own disk, in chromium. */
export async function openFile(address) {
  if (!chromiumPath) skip('there is no chromium; scripts/setup webtest installs it');
  const browser = await wanted('playwright-core').chromium.launch({ executablePath: chromiumPath, args: ['--no-sandbox'] });
  atEnd(() => browser.close());
  const page = await browser.newPage();
  page.faults = [];
  page.on('pageerror', (error) => page.faults.push(String(error)));
  page.on('console', (line) => page.faults.push(line.text()));
  await page.goto(String(address));
  return page;
}

/** What plays: the player's own words, or null. */
export async function playing(page) {
  const dock = page.getByRole('region', { name: 'Player' });
  if ((await dock.count()) === 0) return null;
  return (await dock.innerText()).replace(/\s+/g, ' ');
}

/** The sounds the page asked the server for, as `track/12 5-15`. */
export function sounds(page) {
  const asked = [];
  page.on('request', (request) => {
    const url = new URL(request.url());
    const found = /\/api\/v1\/(tracks|uploads)\/([^/]+)\/(excerpt|audio)$/.exec(url.pathname);
    if (found)
      asked.push({ kind: found[1], id: found[2], what: found[3], start: Number(url.searchParams.get('start')), end: Number(url.searchParams.get('end')) });
  });
  return asked;
}

export const rows = (page) => page.getByRole('list', { name: 'Results, best first' }).locator(':scope > li');

/** The entry `name` of a row's menu, which is opened. */
export async function inMenu(row, name) {
  await row.getByRole('button', { name: /^More to do with/ }).click();
  return row.locator('.menu').getByRole(/^(Good|Bad|Into|Out)/.test(name) ? 'menuitemcheckbox' : 'menuitem', { name, exact: true });
}
export const choose = async (row, name) => (await inMenu(row, name)).click();

export async function search(page, words) {
  const box = page.getByRole('combobox', { name: 'Describe a sound' });
  await box.fill(words);
  await box.press('Enter');
  await answered(page);
}

/** Until the results on the page are those of its address. */
export async function answered(page) {
  await page.locator('.results[aria-busy="false"]').waitFor();
  await rows(page).first().waitFor();
}

/** Until something the page does not show comes true. */
export async function until(what, truth, patience = 20_000) {
  const end = Date.now() + patience;
  while (Date.now() < end) {
    const value = await truth();
    if (value) return value;
    await new Promise((done) => setTimeout(done, 50));
  }
  throw new Error(`this did not come true: ${what}`);
}

/** `count` files of noise, a minute each: enough work to stop in the middle. */
export function noise(into, count) {
  mkdirSync(into, { recursive: true });
  const rate = 8000;
  const frames = rate * 60;
  for (let file = 0; file < count; ++file) {
    const bytes = Buffer.alloc(44 + frames * 2);
    bytes.write('RIFF', 0);
    bytes.writeUInt32LE(36 + frames * 2, 4);
    bytes.write('WAVEfmt ', 8);
    bytes.writeUInt32LE(16, 16);
    bytes.writeUInt16LE(1, 20);
    bytes.writeUInt16LE(1, 22);
    bytes.writeUInt32LE(rate, 24);
    bytes.writeUInt32LE(rate * 2, 28);
    bytes.writeUInt16LE(2, 32);
    bytes.writeUInt16LE(16, 34);
    bytes.write('data', 36);
    bytes.writeUInt32LE(frames * 2, 40);
    let state = file + 1;
    for (let i = 0; i < frames; ++i) {
      state = (Math.imul(state, 1103515245) + 12345) >>> 0;
      bytes.writeInt16LE(((state >>> 16) - 32768) >> 3, 44 + i * 2);
    }
    writeFileSync(join(into, `noise-${String(file).padStart(2, '0')}.wav`), bytes);
  }
  return into;
}
