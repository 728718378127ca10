// web/src/schema.ts says what the server's OpenAPI document says.
import { spawnSync } from 'node:child_process';
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { root } from './harness.mjs';

test('the page and the server agree about the API', () => {
  const done = spawnSync(process.execPath, [join(root, 'web/scripts/types.mjs'), '--check'], { encoding: 'utf8' });
  assert.equal(done.status, 0, done.stderr);
});
