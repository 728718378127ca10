// This computer's folders: asked for, named, and what to say when one cannot be had.
import { asApiError, call } from '../api';
import { plural } from '../format';
import type { Folder, Folders } from '../schema';
import { keepSetup, setupHeader } from '../setup';

/** Without a path: the home folder. */
export const lookInto = (path: string, signal: AbortSignal): Promise<Folders> =>
  noticing(call('GET /api/v1/folders', { query: path ? { path } : {} }, { signal, headers: setupHeader() }));

export const startIndexing = (folder: string) => noticing(call('POST /api/v1/jobs', { body: { folder } }, { headers: setupHeader() }));

// A token of an earlier run of the server is of no use any more.
function noticing<T>(asked: Promise<T>): Promise<T> {
  asked.catch((failure: unknown) => {
    const { status, code } = asApiError(failure);
    if (status === 403 && code === 'unauthorized') keepSetup('');
  });
  return asked;
}

export const above = (path: string) => path.slice(0, Math.max(1, path.lastIndexOf('/')));

export interface Crumb {
  name: string;
  path: string;
}

/** From the top down to `path`; the way to the home folder is one step. */
export function crumbs(path: string, home: string): Crumb[] {
  const out: Crumb[] = [{ name: 'Computer', path: '/' }];
  const atHome = home !== '/' && (path === home || path.startsWith(`${home}/`));
  if (atHome) out.push({ name: 'Home', path: home });
  let walked = atHome ? home : '';
  for (const name of path.slice(walked.length).split('/').filter(Boolean)) {
    walked += `/${name}`;
    out.push({ name, path: walked });
  }
  return out;
}

/** Nothing for none: what counts may lie deeper. */
export function soundsIn({ sounds, complete }: Pick<Folder, 'sounds' | 'complete'>): string {
  if (!sounds) return '';
  return plural(sounds, 'sound') + (complete ? '' : ' or more');
}

/** `name` is of the folder that was asked for. */
export function reasonOf(failure: unknown, name: string): string {
  switch (asApiError(failure).code) {
    case 'not_found':
      return `${name} is not there any more.`;
    case 'permission_denied':
      return `Hearken may not read ${name}.`;
    case 'busy':
      return 'Hearken has too much to do at the moment. Try again soon.';
    case 'unreachable':
      return 'Hearken does not answer.';
    default:
      return `${name} cannot be read.`;
  }
}
