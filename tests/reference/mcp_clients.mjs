// `hearken mcp` asked by the official TypeScript client, over standard input and over HTTP; see mcp_clients.py.
//   npm install --prefix V @modelcontextprotocol/sdk@1.32.2
//   NODE_PATH=V/node_modules node tests/reference/mcp_clients.mjs [PROGRAM]
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const require = createRequire(join(process.env.NODE_PATH, '..', 'package.json'));
const { Client } = require('@modelcontextprotocol/sdk/client/index.js');
const { StdioClientTransport } = require('@modelcontextprotocol/sdk/client/stdio.js');
const { StreamableHTTPClientTransport } = require('@modelcontextprotocol/sdk/client/streamableHttp.js');

const root = resolve(import.meta.dirname, '../..');
const program = process.argv[2] ?? join(root, 'build/hearken');
const env = { ...process.env, HEARKEN_MODELS: process.env.HEARKEN_MODELS ?? join(root, 'models') };
const work = mkdtempSync(join(tmpdir(), 'hearken-mcp-'));
const library = join(work, 'library.db');
const film = join(work, 'film');
mkdirSync(film);
assert.equal(spawnSync(program, ['index', '--quiet', join(root, 'samples'), '--library', library], { env }).status, 0);

async function session(transport, target) {
  const client = new Client({ name: 'test', version: '1' });
  await client.connect(transport);
  console.log(`  ${client.getServerVersion().name}, ${(await client.listTools()).tools.length} tools`);
  const ask = async (name, words) => {
    const result = await client.callTool({ name, arguments: words });
    assert.ok(!result.isError, JSON.stringify(result));
    return JSON.parse(result.content[0].text);
  };
  const found = await ask('find_sound', { query: 'a dog barking' });
  assert.equal(found.answer, 'clear');
  const { track } = found.results[0];
  await ask('moments', { query: 'a dog barking', track });
  await ask('describe', { track });
  const heard = await client.callTool({ name: 'hear', arguments: { track, duration: 1 } });
  assert.equal(Buffer.from(heard.content[0].data, 'base64').toString('latin1', 0, 4), 'RIFF');
  assert.ok(statSync((await ask('copy_to', { track, folder: target })).written).size > 0);
  const refused = await client.callTool({ name: 'copy_to', arguments: { track, folder: '/' } });
  assert.match(refused.content[0].text, /permission_denied/);
  await client.close();
}

try {
  console.log('standard input:');
  const words = ['mcp', '--quiet', '--library', library, '--allow-root', film];
  await session(new StdioClientTransport({ command: program, args: words, env }), join(film, 'a'));
  console.log('HTTP:');
  const server = spawn(program, ['serve', '--port', '0', '--library', library, '--allow-root', film], { env, stdio: ['ignore', 'pipe', 'ignore'] });
  try {
    const line = await new Promise((found) => server.stdout.once('data', found));
    const address = /Open (http:\/\/[^/]+)\//.exec(String(line))[1];
    await session(new StreamableHTTPClientTransport(new URL(`${address}/mcp`)), join(film, 'b'));
  } finally {
    server.kill();
  }
  console.log('good');
} finally {
  rmSync(work, { recursive: true, force: true });
}
