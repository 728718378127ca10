// A result or a moment of it on its way out of the window: a file for the desktop or an editor, a part of the search for the box.
import type { DragEvent } from 'react';
import { audioUrl, excerptUrl } from '../api';
import { fileName, momentName, title } from '../format';
import type { Clip } from '../player/queue';
import { writeTrack } from '../query';
import type { Track } from '../schema';
import { trackType } from './drop';

function carry(event: DragEvent, file: { type: string; name: string; address: string }, text: string, track?: string): void {
  const address = new URL(file.address, location.href).href;
  event.dataTransfer.effectAllowed = 'copy';
  event.dataTransfer.setData('DownloadURL', `${file.type}:${file.name.replace(/[:/\\]/g, '-')}:${address}`);
  event.dataTransfer.setData('text/uri-list', address);
  event.dataTransfer.setData('text/plain', text);
  if (track) event.dataTransfer.setData(trackType, track);
}

/** The file itself. */
export const dragTrack = (event: DragEvent, track: Track): void =>
  carry(
    event,
    { type: track.type || 'application/octet-stream', name: fileName(track.path), address: audioUrl({ track: track.id }) },
    title(track),
    writeTrack({ track: track.id }),
  );

/** The moment as WAV. */
export function dragMoment(event: DragEvent, clip: Clip): void {
  event.stopPropagation();
  const { sound, start, end } = clip;
  const part = 'track' in sound ? writeTrack({ track: sound.track, part: { start, duration: end - start } }) : undefined;
  carry(event, { type: 'audio/wav', name: momentName(clip), address: excerptUrl(sound, start, end) }, clip.title, part);
}
