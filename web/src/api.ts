// The way to the server: one typed call for every route of its OpenAPI document, and the addresses of sounds and pictures.
import type { Problem, Routes } from './schema';
import { createStore } from './store';

export type Code = Problem['code'] | 'unreachable';

/** Whatever went wrong between a wish and its answer. `at` is a place in a condition, counted from 1. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: Code,
    detail: string,
    readonly at?: number,
    readonly retryAfter?: number,
  ) {
    super(detail);
    this.name = 'ApiError';
  }
}

export const asApiError = (error: unknown): ApiError =>
  error instanceof ApiError ? error : new ApiError(0, 'internal', error instanceof Error ? error.message : String(error));

/** Whether the server answers, and whether it lets us in. */
export const connection = createStore<'up' | 'down' | 'locked'>('up');

type Input<R extends keyof Routes> = Omit<Routes[R], 'answer'>;
type Calls = { signal?: AbortSignal | undefined; headers?: Record<string, string> };

type Value = string | number | boolean | Array<string | number> | undefined;

function address(route: string, input: { path?: object; query?: object }): string {
  const path = route.slice(route.indexOf(' ') + 1).replace(/\{(\w+)\}/g, (_, name: string) => {
    return encodeURIComponent(String((input.path as Record<string, Value>)[name]));
  });
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries((input.query ?? {}) as Record<string, Value>)) {
    if (value === undefined) continue;
    for (const one of Array.isArray(value) ? value : [value]) query.append(name, String(one));
  }
  const text = query.toString();
  return text ? `${path}?${text}` : path;
}

export async function call<R extends keyof Routes>(route: R, input: Input<R>, { signal, headers: more }: Calls = {}): Promise<Routes[R]['answer']> {
  const { body } = input as { body?: unknown };
  const method = route.slice(0, route.indexOf(' '));
  const headers: Record<string, string> = { Accept: 'application/json', ...more };
  if (body instanceof Blob) headers['Content-Type'] = mediaType(body);
  else if (body !== undefined) headers['Content-Type'] = 'application/json';
  let response: Response;
  try {
    response = await fetch(address(route, input), {
      method,
      headers,
      body: body instanceof Blob ? body : body === undefined ? null : JSON.stringify(body),
      signal: signal ?? null,
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    connection.set('down');
    throw new ApiError(0, 'unreachable', 'Hearken does not answer.');
  }
  if (response.ok) {
    connection.set('up');
    if (response.status === 204) return undefined as Routes[R]['answer'];
    return (await response.json()) as Routes[R]['answer'];
  }
  const problem = (await response.json().catch(() => null)) as Partial<Problem> | null;
  if (response.status === 401) connection.set('locked');
  throw new ApiError(
    response.status,
    problem?.code ?? 'internal',
    problem?.detail ?? `The server answered ${response.status}.`,
    problem?.at,
    Number(response.headers.get('Retry-After')) || undefined,
  );
}

/** call(), and again while the server says it is busy. */
export async function patiently<R extends keyof Routes>(route: R, input: Input<R>, calls: Calls = {}, tries = 4) {
  for (let turn = 1; ; ++turn) {
    try {
      return await call(route, input, calls);
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 503 || turn >= tries || calls.signal?.aborted) throw error;
      await new Promise((resolve) => setTimeout(resolve, Math.min(error.retryAfter ?? 1, 5) * 1000 * turn));
    }
  }
}

// The server takes sound under audio/*, and anything else as bytes without a name.
const mediaType = (body: Blob) => (body.type.startsWith('audio/') ? body.type : 'application/octet-stream');

/** A sound that the server has: a track of the library, or an upload. */
export type Sound = { track: number } | { upload: string };

export const soundKey = (sound: Sound) => ('track' in sound ? `t${sound.track}` : `u${sound.upload}`);

const soundPath = (sound: Sound) => ('track' in sound ? `/api/v1/tracks/${sound.track}` : `/api/v1/uploads/${encodeURIComponent(sound.upload)}`);

export const audioUrl = (sound: Sound) => `${soundPath(sound)}/audio`;
export const excerptUrl = (sound: Sound, start: number, end: number) => `${soundPath(sound)}/excerpt?start=${seconds(start)}&end=${seconds(end)}`;
export const coverUrl = (track: number) => `/api/v1/tracks/${track}/cover?if_any=true`;
export const downloadUrl = (track: number) => `/api/v1/tracks/${track}/audio?download=true`;
export const exportUrl = (playlist: number, format: 'm3u8' | 'xspf') => `/api/v1/playlists/${playlist}/export?format=${format}`;
export const eventsUrl = (job: number) => `/api/v1/jobs/${job}/events`;

const seconds = (value: number) => Number(value.toFixed(3));
