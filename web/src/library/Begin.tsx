// How to begin with an empty library: what a person can do here, or where else.
import { lazy, Suspense, useState } from 'react';
import { useHas } from '../info';
import type { Job } from '../schema';
import { setup } from '../setup';
import { useStore } from '../store';

const FolderChooser = lazy(() => import('./FolderChooser').then((module) => ({ default: module.FolderChooser })));

export function Begin({ onStart }: { onStart: (job: Job) => void }) {
  const may = useHas('folders');
  if (!may) {
    return (
      <p>
        Other computers may reach this server, so its folders are not shown here. Where it runs, <code>hearken index FOLDER</code> adds one, and{' '}
        <code>hearken serve --allow-root FOLDER</code> offers one here.
      </p>
    );
  }
  return (
    <>
      <p>
        Choose a folder with music or other sounds. Hearken listens to everything in it once, on this computer, and changes none of it. After that you can
        search it in plain words.
      </p>
      <ChooseFolder primary onStart={onStart} />
    </>
  );
}

/** A button that opens the chooser; without a setup token, where to get one. */
export function ChooseFolder({ primary = false, onStart }: { primary?: boolean; onStart: (job: Job) => void }) {
  const [open, setOpen] = useState(false);
  const token = useStore(setup);
  // A token may turn out to be an old one while the dialog is open, which then says so.
  if (!token && !open) {
    return (
      <p className={primary ? '' : 'sub'}>
        To choose a folder, open the address that <code>hearken serve</code> printed: only who has it may see the folders of this computer.
      </p>
    );
  }
  return (
    <>
      <button type="button" className={primary ? 'primary' : ''} aria-haspopup="dialog" onClick={() => setOpen(true)}>
        Choose a folder
      </button>
      {open && (
        <Suspense>
          <FolderChooser onClose={() => setOpen(false)} onStart={onStart} />
        </Suspense>
      )}
    </>
  );
}
