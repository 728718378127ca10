// The track's picture; without one a tile in a quiet tint that is always the same for the same folder.
import { useState } from 'react';
import { coverUrl } from '../api';
import { folderName, title } from '../format';
import { useHas } from '../info';
import type { Track } from '../schema';

const without = new Set<number>(); // those that were asked for and have none

/** `plain`: without the letter, where a symbol stands on it. */
export function Cover({ track, plain = false }: { track: Track; plain?: boolean }) {
  const [missing, setMissing] = useState(() => without.has(track.id));
  const asked = useHas('sound') && !missing;
  const key = track.album || track.artist || folderName(track.path) || track.path;
  return (
    <span className={`cover${asked ? ' picture' : ''} tint-${hash(key) % 6}`} aria-hidden="true">
      {!asked ? (
        !plain && <span className="initial">{title(track).slice(0, 1).toUpperCase()}</span>
      ) : (
        <img
          src={coverUrl(track.id)}
          alt=""
          loading="lazy"
          decoding="async"
          draggable={false}
          onError={() => {
            without.add(track.id);
            setMissing(true);
          }}
        />
      )}
    </span>
  );
}

function hash(text: string): number {
  let value = 7;
  for (const letter of text) value = (value * 31 + (letter.codePointAt(0) ?? 0)) >>> 0;
  return value;
}
