// What a page of another site makes a browser send to every route: nothing of it reaches a route, and the library stays
// as it is. The other site is a second server on this computer: as 127.0.0.1 it is "same-site" for the browser, as
// localhost "cross-site".
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { test } from 'node:test';
import { atEnd, folder, hearken, library, open, root, serve, someSamples, until } from './harness.mjs';

const secret = 'a-secret-of-ours';
const source = (name) => readFileSync(join(root, 'src/server', name), 'utf8');

// ── every route: `routes` are method, path and a body that the route takes ──

const description = JSON.parse(source('openapi.json'));
const parameters = 'id=1&playlistId=1&name=theirs&songId=2&songIdToAdd=2&songIndexToRemove=0&q=rain&query=rain&startSongId=1&endSongId=2';
const filled = (path) => path.replace(/\{\w+\}/g, '1');
const example = ({ requestBody }) => requestBody && (requestBody.content['application/json']?.example ?? { name: 'theirs' });
const routes = [
  ...Object.entries(description.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path: filled(path), body: example(operation) })),
  ),
  ...[...source('routes/openai_routes.cpp').matchAll(/\{"([A-Z]+)", "(\/v1\/[^"]+)"/g)].map(([, method, path]) => ({
    method,
    path: filled(path),
    body: method === 'POST' ? { model: 'starter', input: 'rain' } : undefined,
  })),
  ...[...source('routes/subsonic_routes.cpp').matchAll(/HEARKEN_REST\("(\w+)"/g)].flatMap(([, name]) =>
    ['', '.view'].flatMap((ending) => ['GET', 'POST'].map((method) => ({ method, path: `/rest/${name}${ending}` }))),
  ),
];

// ── what a page can do; runs in the browser, ends when the browser is through ──

async function attack({ routes, base, parameters, tries }) {
  const patience = (work) => Promise.race([work, new Promise((done) => setTimeout(done, 5000))]);
  const element = (name, attributes) =>
    patience(
      new Promise((done) => {
        const made = Object.assign(document.createElement(name), attributes, { onload: done, onerror: done, onloadedmetadata: done });
        document.body.append(made);
      }).catch(() => {}),
    );
  const frame = (use) =>
    patience(
      new Promise((done) => {
        const made = Object.assign(document.createElement('iframe'), { name: `frame${Math.random()}` });
        document.body.append(made);
        made.onload = done;
        use(made);
      }),
    );
  const form = (method, enctype, fields) => (url) =>
    frame((inside) => {
      const made = Object.assign(document.createElement('form'), { method, enctype, action: url, target: inside.name });
      for (const [name, value] of fields) made.append(Object.assign(document.createElement('input'), { name, value }));
      document.body.append(made);
      made.submit();
    });
  const fields = [...new URLSearchParams(parameters)];
  const asks =
    (options) =>
    (url, { method, body }) =>
      patience(fetch(url, { method, ...(body && method !== 'GET' ? { body: JSON.stringify(body) } : {}), ...options }).catch(() => {}));
  const ways = {
    image: (url) => element('img', { src: url }),
    script: (url) => element('script', { src: url }),
    style: (url) => element('link', { rel: 'stylesheet', href: url }),
    prefetch: (url) => element('link', { rel: 'prefetch', href: url }),
    audio: (url) => element('audio', { src: url, preload: 'auto' }),
    object: (url) => element('object', { data: url }),
    iframe: (url) => frame((inside) => (inside.src = url)),
    'link in a frame': (url) =>
      frame((inside) => {
        const link = Object.assign(document.createElement('a'), { href: url, target: inside.name });
        document.body.append(link);
        link.click();
      }),
    'link without a referer': (url) =>
      frame((inside) => {
        const link = Object.assign(document.createElement('a'), { href: url, target: inside.name, referrerPolicy: 'no-referrer' });
        document.body.append(link);
        link.click();
      }),
    'sandboxed frame': (url) =>
      frame((inside) => {
        inside.sandbox = 'allow-scripts allow-forms';
        inside.srcdoc = `<img src="${url.replaceAll('&', '&amp;')}">`;
      }),
    'fetch no-cors': asks({ mode: 'no-cors', credentials: 'include' }),
    'fetch no-cors without a referer': asks({ mode: 'no-cors', referrerPolicy: 'no-referrer' }),
    'form by GET': form('get', 'application/x-www-form-urlencoded', fields),
    'form by POST': form('post', 'application/x-www-form-urlencoded', fields),
    'form of text': form('post', 'text/plain', [['{"name":"theirs","x":"', '"}']]),
    'form of parts': form('post', 'multipart/form-data', fields),
    beacon: async (url, { body }) => navigator.sendBeacon(url, body ? JSON.stringify(body) : undefined),
    fetch: asks({ mode: 'cors', credentials: 'include', headers: { 'Content-Type': 'application/json' } }),
  };
  let asked = 0;
  for (const way of tries) {
    await Promise.all(
      routes.map((route) => {
        ++asked;
        return ways[way](`${base}${route.path}?${parameters}`, route);
      }),
    );
    document.body.replaceChildren();
  }
  return asked;
}

const byGet = [
  'image',
  'script',
  'style',
  'prefetch',
  'audio',
  'object',
  'iframe',
  'link in a frame',
  'link without a referer',
  'sandboxed frame',
  'fetch no-cors',
  'fetch no-cors without a referer',
  'form by GET',
  'fetch',
];
const byPost = ['fetch no-cors', 'fetch no-cors without a referer', 'form by POST', 'form of text', 'form of parts', 'beacon', 'fetch'];

// ── the two servers ──

const file = library({ index: false });
const music = someSamples(join(folder(), 'Music'), ['recording-01.ogg', 'recording-03.mp3', 'music/lezaarth - tabla.ogg']);
const indexed = hearken('index', music, '--library', file);
assert.equal(indexed.status, 0, indexed.stderr);
const server = await serve(file);
const withToken = await serve(file, { words: ['--token', secret] });
const foreign = createServer((_request, response) => {
  response.setHeader('Content-Type', 'text/html');
  response.end('<!doctype html><title>Another site</title><body>');
});
await new Promise((done) => foreign.listen(0, '127.0.0.1', done));
atEnd(() => {
  foreign.closeAllConnections();
  foreign.close();
});
const foreignPort = foreign.address().port;

const as = (of) => ({ headers: { 'Content-Type': 'application/json', ...(of === withToken ? { Authorization: `Bearer ${secret}` } : {}) } });
const ask = async (path, { of = server, ...options } = {}) => {
  const answer = await fetch(of.url + path, { ...as(of), ...options });
  assert.ok(answer.ok, `${path}: ${answer.status}`);
  return answer;
};
const json = (path, body, method = 'POST') => ask(path, { method, body: JSON.stringify(body) });

// A library with something of everything to lose.
await json('/api/v1/playlists', { name: 'ours', tracks: [1, 2, 3] });
await json('/api/v1/tracks/1/rating', { rating: 1 }, 'PUT');
await json('/api/v1/tracks/1/tags', { add: ['rain'] }, 'PUT');

async function state() {
  const paths = ['playlists', 'playlists/1', 'ratings', 'sources', 'tracks?limit=100', 'facets', 'jobs', 'info'];
  return Object.fromEntries(await Promise.all(paths.map(async (path) => [path, await (await ask(`/api/v1/${path}`)).json()])));
}

// How often each route was reached; what is refused before counts as "none".
async function reached(of) {
  const counts = {};
  const text = await (await ask('/metrics', { of })).text();
  for (const [, route, count] of text.matchAll(/^hearken_http_requests_total\{route="([^"]+)",status="\d+"\} (\d+)$/gm))
    counts[route] = (counts[route] ?? 0) + Number(count);
  return counts;
}

const before = await state();

// Every try but those of `without`, from the foreign page at `host` on the server at `target`.
async function everyTry(page, host, target, of, without = []) {
  await page.waitForLoadState('networkidle'); // the page's own requests are counted before
  await page.goto(`http://${host}:${foreignPort}/`);
  const base = `http://${target}:${of.port}`;
  const counts = await reached(of);
  const gets = routes.filter(({ method }) => method === 'GET');
  const others = routes.filter(({ method }) => method !== 'GET');
  const posts = others.filter(({ method }) => method === 'POST');
  let asked = await page.evaluate(attack, { routes: gets, base, parameters, tries: byGet.filter((way) => !without.includes(way)) });
  asked += await page.evaluate(attack, { routes: posts, base, parameters, tries: byPost.filter((way) => !without.includes(way)) });
  asked += await page.evaluate(attack, { routes: others, base, parameters, tries: ['fetch'] });
  // A beacon is on its way when its page knows no more of it.
  await until('everything arrived', async () => ((await reached(of)).none ?? 0) - (counts.none ?? 0) >= asked);
  const after = await reached(of);
  for (const [route, count] of Object.entries(after)) {
    const own = route === '/metrics' ? (counts[route] ?? 0) + 100_000 : (counts[route] ?? 0);
    if (route !== 'none') assert.ok(count <= own, `${count - own} requests reached ${route}`);
  }
  return asked;
}

test('the routes are those of the program', () => {
  assert.ok(routes.length > 120, `${routes.length}`);
  for (const wanted of ['GET /rest/deletePlaylist', 'POST /rest/createPlaylist.view', 'PUT /api/v1/tracks/1/tags', 'POST /v1/embeddings'])
    assert.ok(
      routes.some(({ method, path }) => `${method} ${path}` === wanted),
      wanted,
    );
});

for (const [host, target, site] of [
  ['127.0.0.1', '127.0.0.1', 'same-site'],
  ['localhost', '127.0.0.1', 'cross-site'],
  ['127.0.0.1', 'localhost', 'cross-site'],
]) {
  test(`a ${site} page at ${host} reaches no route of ${target}`, async () => {
    const page = await open(server.url);
    const sites = new Set();
    page.on('request', async (request) => {
      if (request.url().includes('getRandomSongs')) sites.add((await request.allHeaders().catch(() => ({})))['sec-fetch-site']);
    });
    const asked = await everyTry(page, host, target, server);
    assert.ok(asked > 1000, `${asked}`);
    assert.ok(sites.has(site), `the browser said ${[...sites]}`);
    assert.deepEqual(await state(), before);
    await page.context().browser().close();
  });
}

test('nor where the browser has logged in', async () => {
  const page = await open(`${withToken.url}/#token=${secret}`);
  assert.ok((await page.context().cookies()).some(({ name }) => name === 'hearken_session'));
  await everyTry(page, '127.0.0.1', '127.0.0.1', withToken, ['link in a frame', 'link without a referer', 'sandboxed frame', 'form of parts']);
  assert.deepEqual(await state(), before);
  await page.context().browser().close();
});

test('a link of another page leads to the page, and to no route', async () => {
  for (const host of ['127.0.0.1', 'localhost']) {
    const page = await open(server.url);
    for (const [path, status] of [
      ['/', 200],
      ['/library?tag=rain', 200],
      ['/rest/createPlaylist?name=theirs', 200],
      ['/rest/deletePlaylist?id=1', 200],
      ['/api/v1/tracks/1/similar', 403],
      ['/api/v1/playlists', 403],
      ['/openapi.json', 403],
    ]) {
      await page.goto(`http://${host}:${foreignPort}/`);
      const [answer] = await Promise.all([
        page.waitForResponse((response) => response.url() === server.url + path),
        page.evaluate((url) => (location.href = url), server.url + path),
      ]);
      assert.equal(answer.status(), status, path);
      await page.waitForURL(server.url + path);
      if (path.startsWith('/rest')) assert.match(await answer.text(), /status="failed".*pages of other sites/s);
    }
    await page.goto(`http://${host}:${foreignPort}/`);
    await page.evaluate((url) => (location.href = url), server.url);
    await page.locator('.top').waitFor();
    await page.context().browser().close();
  }
  assert.deepEqual(await state(), before);
});

test('the same requests take effect from the own page and from a program', async () => {
  const page = await open(server.url);
  const names = async () => (await (await ask('/api/v1/playlists')).json()).playlists.map(({ name }) => name).sort();
  await page.evaluate(
    () =>
      new Promise((done) => {
        const image = Object.assign(new Image(), { onload: done, onerror: done });
        image.src = '/rest/createPlaylist?name=by-image';
      }),
  );
  await page.evaluate(() => fetch('/rest/createPlaylist', { method: 'POST', body: new URLSearchParams({ name: 'by-form' }) }));
  await page.goto(`${server.url}/rest/createPlaylist?name=typed`);
  await ask('/rest/createPlaylist?name=by-program');
  assert.deepEqual(await names(), ['by-form', 'by-image', 'by-program', 'ours', 'typed']);
});
