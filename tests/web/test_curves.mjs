// The pages that `hearken tune` and `hearken compare` write, drawn by their scripts in a browser.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { folder, hearken, openFile, root, someSamples } from './harness.mjs';

const script = ['page.js', 'curves.js'].map((name) => readFileSync(join(root, 'web/report', name), 'utf8')).join('\n');
const { stepOf, axisOf, pathOf, shortened } = new Function(`${script}; return { stepOf, axisOf, pathOf, shortened };`)();

test('axes end at round numbers, and what is no number is a gap', () => {
  assert.equal(stepOf(1, 5), 0.2);
  assert.equal(stepOf(12, 12), 1);
  const axis = (...values) => axisOf([{ points: values.map((y, x) => [x, y]) }]);
  assert.deepEqual(axis(null, 2.3), [0, 2.5]);
  assert.deepEqual(axis(null), [0, 1]);
  assert.deepEqual(axis(-2, 3), [-2, 3]);
  assert.deepEqual(axis(0, 0), [0, 1]);
  const same = (x) => x;
  assert.equal(
    pathOf(
      Object.entries([1, 2, null, 4]).map(([x, y]) => [Number(x), y]),
      same,
      same,
    ),
    'M0.0 1.0L1.0 2.0M3.0 4.0',
  );
  assert.equal(shortened('äbc', 3), 'äbc');
  assert.equal(shortened('äbcd', 3), 'äb…');
});

test('a run is drawn', async (t) => {
  const home = folder();
  const names = ['recording-01.ogg', 'recording-02.wav', 'recording-03.mp3', 'recording-09.wav'];
  const sounds = someSamples(join(home, 'sounds'), names);
  const rows = names.map((name, i) => `${join(sounds, name)},caption <b>${i}</b>`);
  writeFileSync(join(home, 'captions.csv'), ['path,caption', ...rows].join('\n'));
  const model = join(root, 'tests/golden/clap/unfused');
  const how = ['--epochs', '1', '--batch', '2', '--split', '0.5', '--seconds', '1', '--threads', '1', '--quiet'];
  const done = hearken('tune', '--data', join(home, 'captions.csv'), '--model', model, '-o', join(home, 'tuned'), ...how);
  if (done.stderr.includes('not part of this build')) return t.skip('no libtorch here, so nothing can be trained');
  assert.equal(done.status, 0, done.stderr);
  const page = await openFile(pathToFileURL(join(home, 'tuned/training/curves.html')));
  assert.equal(await page.locator('figure.chart').count(), 4);
  assert.ok((await page.locator('figure.chart circle').count()) >= 14); // two epochs: the validation's loss, three shares both ways
  assert.equal(await page.locator('tr.kept').count(), 1);
  assert.deepEqual(page.faults, []);
});

test('two models are compared in figures and tables', async () => {
  const home = folder();
  const csv = ['label'];
  for (let i = 0; i < 12; i++) csv.push(i % 2 ? 'x <b>y</b>' : 'z');
  writeFileSync(join(home, 'labels.csv'), csv.join('\n'));
  writeFileSync(
    join(home, 'a.npy'),
    npy(12, 3, (row, column) => (row % 2) * 3 + row * 0.01 + column * row * 0.02),
  );
  writeFileSync(
    join(home, 'b.npy'),
    npy(12, 2, (row, column) => (row * 0.1 + column * (row % 3)) % 1.7),
  );
  const of = ['--vectors', join(home, 'a.npy'), '--vectors', join(home, 'b.npy'), '--labels', join(home, 'labels.csv')];
  const done = hearken('compare', ...of, '-o', join(home, 'report.html'));
  assert.equal(done.status, 0, done.stderr);
  const page = await openFile(pathToFileURL(join(home, 'report.html')));
  assert.deepEqual(await page.locator('caption').allTextContents(), ['In short', 'Class by class']);
  const rows = page.locator('table', { hasText: 'Class by class' }).locator('tbody tr');
  assert.deepEqual(await rows.locator('th').allTextContents(), ['x <b>y</b>', 'z']);
  assert.equal(await rows.first().locator('td').count(), 5); // clips, and two silhouettes of each model
  assert.match(await page.locator('main').textContent(), /12 clips of 2 classes .* has a plane of its own/s);
  assert.equal(await page.locator('figure.plot').count(), 2);
  assert.deepEqual(page.faults, []);
});

test('a rank correlation is said with how sure it is', () => {
  const compare = readFileSync(join(root, 'web/report/compare.js'), 'utf8');
  const { predicted } = new Function(`${script}\n${compare}; return { predicted };`)();
  assert.equal(predicted({ n: 2, rho: null }), 'cannot be said of 2 classes: too few, or all of one accuracy.');
  const r = { n: 40, rho: 0.5, low: 0.2, high: 0.7, p: 0.00123, power: 0.9, needed: 30 };
  assert.match(predicted(r), /correlation 0.50 .95 % interval 0.20 to 0.70. over 40 classes, p = 0.00123. A true .* 90 % of such comparisons\.$/);
  assert.match(predicted({ ...r, power: 0.3, needed: 64 }), /40 classes are too few to tell: a true .* 30 % .*; 64 classes would find it in 80 %\.$/);
});

/** A float32 matrix as NumPy stores it. */
function npy(rows, columns, value) {
  const text = `{'descr': '<f4', 'fortran_order': False, 'shape': (${rows}, ${columns}), }`;
  const header = `${text.padEnd(117)}\n`;
  const head = Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, header.length, 0]);
  const values = Float32Array.from({ length: rows * columns }, (_, i) => value(Math.floor(i / columns), i % columns));
  return Buffer.concat([head, Buffer.from(header), Buffer.from(values.buffer)]);
}
