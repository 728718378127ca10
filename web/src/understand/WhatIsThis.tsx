// "What is this?" for any sound: a button, and below it the panel that answers, fetched when it is first wanted.
import { lazy, Suspense, useState } from 'react';
import { Icon } from '../pieces/Icon';
import type { Asked } from './asked';

const Panel = lazy(() => import('./Panel').then((module) => ({ default: module.Panel })));

export function WhatIsThis(asked: Asked) {
  const [open, setOpen] = useState(false);
  return (
    <div className="what-is-this">
      <button type="button" className="small" tabIndex={asked.tab} aria-expanded={open} onClick={() => setOpen(!open)}>
        <Icon name="help" size={16} /> What is this?<span className="hidden"> {asked.name}</span>
      </button>
      {open && (
        <Suspense
          fallback={
            <p className="sub" role="status">
              Listening …
            </p>
          }
        >
          <Panel {...asked} />
        </Suspense>
      )}
    </div>
  );
}
