// Tracks one below the other, each with the button that plays it and the rest.
import type { ReactNode } from 'react';
import { byline, clock, title } from '../format';
import { PlayButton } from '../player/PlayButton';
import type { Track } from '../schema';

export function TrackLines({ tracks, note }: { tracks: Track[]; note?: (index: number) => ReactNode }) {
  return (
    <ol className="track-lines">
      {tracks.map((track, i) => (
        <li key={`${track.id}-${i}`}>
          <PlayButton tracks={tracks} at={i} />
          <span className="title">{title(track)}</span>
          <span className="sub">{note ? note(i) : byline(track)}</span>
          <span className="sub">{clock(track.duration)}</span>
        </li>
      ))}
    </ol>
  );
}
