// The page that `hearken tune` writes, drawn by its script in a browser.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { folder, hearken, openFile, root, someSamples } from './harness.mjs';

const script = readFileSync(join(root, 'web/report/curves.js'), 'utf8');
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
