// A track, chosen by typing a part of its name.
import { useId, useState } from 'react';
import { call } from '../api';
import { byline, title } from '../format';
import { useLoad } from '../load';
import { Icon } from '../pieces/Icon';
import { PlayButton } from '../player/PlayButton';
import { nameCondition } from '../query';

const most = 8;

export function TrackPicker({ label, track, onChoose }: { label: string; track: number; onChoose: (track: number) => void }) {
  const [text, setText] = useState('');
  const list = useId();
  const chosen = useLoad(track ? `${track}` : '', (signal) => call('GET /api/v1/tracks/{track}', { path: { track } }, { signal }));
  const found = useLoad(!track && text.trim() ? text.trim() : '', (signal) =>
    call('GET /api/v1/tracks', { query: { limit: most, sort: 'title', where: nameCondition(text.trim()) } }, { signal }),
  );
  if (track) {
    return (
      <div className="picked" role="group" aria-label={label}>
        <span className="label">{label}</span>
        {chosen.value && <PlayButton tracks={[chosen.value]} at={0} />}
        <span className="title">{chosen.value ? title(chosen.value) : chosen.error ? 'This track is not there any more.' : '…'}</span>
        <button type="button" className="quiet" aria-label={`${label}: choose another`} onClick={() => onChoose(0)}>
          <Icon name="close" size={16} />
        </button>
      </div>
    );
  }
  return (
    <div className="picker">
      <label>
        {label}
        <input
          type="search"
          value={text}
          autoComplete="off"
          placeholder="a part of its name"
          maxLength={200}
          aria-controls={list}
          onChange={(event) => setText(event.target.value)}
        />
      </label>
      <ul id={list} aria-label={`${label}: tracks with that name`}>
        {text.trim() &&
          found.value?.tracks.map((one) => (
            <li key={one.id}>
              <button type="button" className="quiet" onClick={() => onChoose(one.id)}>
                <span className="title">{title(one)}</span> <span className="sub">{byline(one)}</span>
              </button>
            </li>
          ))}
        {text.trim() && found.value?.total === 0 && <li className="sub">No track has “{text.trim()}” in its name.</li>}
      </ul>
    </div>
  );
}
