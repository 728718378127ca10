// This computer's folders, one level at a time, until one is to be indexed.
import { useEffect, useRef, useState, type KeyboardEvent } from 'react';
import { plural } from '../format';
import { useLoad } from '../load';
import { spoken } from '../notice';
import { Dialog } from '../pieces/Dialog';
import { Icon } from '../pieces/Icon';
import type { Folders, Job } from '../schema';
import { setup } from '../setup';
import { useStore } from '../store';
import { above, crumbs, lookInto, reasonOf, soundsIn, startIndexing } from './folders';

interface Props {
  onClose: () => void;
  onStart: (job: Job) => void;
}

export function FolderChooser({ onClose, onStart }: Props) {
  const [path, setPath] = useState(''); // asked for; what is shown may still be the one before
  const { value: shown, error, loading, again } = useLoad(`folders:${path}`, (signal) => lookInto(path, signal));
  const [failure, setFailure] = useState('');
  const [starting, setStarting] = useState(false);
  const token = useStore(setup);
  const before = useRef('');
  useEffect(() => {
    if (shown) before.current = shown.path;
  }, [shown]);

  const open = (next: string) => {
    setFailure('');
    if (next === path) again();
    else setPath(next);
  };
  const start = async (folder: string) => {
    setStarting(true);
    try {
      const job = await startIndexing(folder);
      spoken.set(`Indexing ${folder}`);
      onStart(job);
      onClose();
    } catch (reason) {
      setFailure(reasonOf(reason, nameOf(folder)));
      setStarting(false);
    }
  };

  if (!token) {
    return (
      <Dialog title="Choose a folder" onClose={onClose}>
        <p role="alert">The server was started again since, and printed a new address. Open that one to choose folders.</p>
      </Dialog>
    );
  }
  const wrong = failure || (error && !loading ? reasonOf(error, path ? nameOf(path) : 'The home folder') : '');
  return (
    <Dialog title="Choose a folder" className="folder-dialog" onClose={onClose}>
      {shown && (
        <>
          <Where shown={shown} onOpen={open} />
          <List key={shown.path} shown={shown} busy={loading} from={before.current} onOpen={open} />
        </>
      )}
      {wrong && (
        <p className="hint warn" role="alert">
          <Icon name="warn" size={16} /> {wrong}
        </p>
      )}
      {shown && <Foot shown={shown} busy={loading || starting} onIndex={() => void start(shown.path)} />}
    </Dialog>
  );
}

const nameOf = (path: string) => path.slice(path.lastIndexOf('/') + 1) || 'This computer';

function Where({ shown, onOpen }: { shown: Folders; onOpen: (path: string) => void }) {
  const way = crumbs(shown.path, shown.home);
  return (
    <nav className="crumbs" aria-label="Where this is">
      <ol>
        {way.map((step, i) => (
          <li key={step.path}>
            {i < way.length - 1 ? (
              <button type="button" className="link" onClick={() => onOpen(step.path)}>
                {step.name}
              </button>
            ) : (
              <span aria-current="location">{step.name}</span>
            )}
          </li>
        ))}
      </ol>
    </nav>
  );
}

/** `from` was shown before: coming up from it, the keys go on where it is. */
function List({ shown, busy, from, onOpen }: { shown: Folders; busy: boolean; from: string; onOpen: (path: string) => void }) {
  const { folders } = shown;
  const list = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState(() =>
    Math.max(
      0,
      folders.findIndex(({ path }) => `${from}/`.startsWith(`${path}/`)),
    ),
  );
  const focus = (index: number) => {
    setActive(index);
    const button = list.current?.querySelectorAll('button')[index];
    (button ?? list.current)?.focus();
  };
  useEffect(() => focus(active), []);

  const key = (event: KeyboardEvent) => {
    const last = folders.length - 1;
    const to = { ArrowDown: Math.min(active + 1, last), ArrowUp: Math.max(active - 1, 0), Home: 0, End: last }[event.key];
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (to !== undefined && last >= 0) focus(to);
    else if (event.key === 'Backspace' && shown.path !== '/') onOpen(above(shown.path));
    else return;
    event.preventDefault();
  };

  return (
    <div ref={list} className="folder-list" role="group" aria-label={`Folders in ${shown.path}`} aria-busy={busy} tabIndex={-1} onKeyDown={key}>
      <ul>
        {folders.map((folder, index) => (
          <li key={folder.path}>
            <button type="button" className="quiet" tabIndex={index === active ? 0 : -1} onFocus={() => setActive(index)} onClick={() => onOpen(folder.path)}>
              <Icon name="folder" size={18} />
              <span className="name">{folder.name}</span>
              <span className="sub">{folder.link ? 'link' : soundsIn(folder)}</span>
            </button>
          </li>
        ))}
      </ul>
      {folders.length === 0 && <p className="sub">No folders in here.</p>}
      {!shown.complete && <p className="sub">There is more in here than is shown.</p>}
      {shown.unnameable > 0 && (
        <p className="sub">
          {plural(shown.unnameable, 'folder')} with a name that is no text cannot be chosen here, but with <code>hearken index</code>.
        </p>
      )}
    </div>
  );
}

function Foot({ shown, busy, onIndex }: { shown: Folders; busy: boolean; onIndex: () => void }) {
  const everything = shown.path === '/';
  const sounds = soundsIn(shown);
  return (
    <footer className="folder-foot">
      <div>
        <p className="path">{shown.path}</p>
        <p className="sub">{everything ? 'Open the folder that has your sounds.' : `${sounds ? `${sounds} in it; ` : ''}with everything below it`}</p>
      </div>
      <button type="button" className="primary" disabled={busy || everything} onClick={onIndex}>
        Index this folder
      </button>
    </footer>
  );
}
