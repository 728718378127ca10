// What the microphone hears, as it comes, in the place of the words.
import { useEffect, useRef, useState } from 'react';
import { clock } from '../format';
import { Icon } from '../pieces/Icon';
import { dropRecording, levels, recording } from './record';

export function RecordingLine() {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    const draw = () => {
      const element = canvas.current;
      const paper = element?.getContext('2d');
      if (!element || !paper) return;
      const scale = devicePixelRatio || 1;
      element.width = element.clientWidth * scale;
      element.height = element.clientHeight * scale;
      paper.scale(scale, scale);
      paper.fillStyle = getComputedStyle(element).getPropertyValue('--accent');
      const all = levels.get();
      const fit = Math.floor(element.clientWidth / 4);
      all.slice(-fit).forEach((level, i, shown) => {
        const tall = Math.max(2, Math.sqrt(level) * element.clientHeight);
        paper.fillRect(element.clientWidth - (shown.length - i) * 4, (element.clientHeight - tall) / 2, 2.5, tall);
      });
      const began = recording.get()?.began;
      if (began !== undefined) setSeconds(Math.floor((performance.now() - began) / 1000));
    };
    draw();
    return levels.follow(draw);
  }, []);
  return (
    <div className="recording-line" role="status" aria-label="Recording">
      <span className="time">{clock(seconds)}</span>
      <canvas ref={canvas} aria-hidden="true" />
      <button type="button" className="quiet" aria-label="Drop the recording" onClick={() => void dropRecording()}>
        <Icon name="close" />
      </button>
    </div>
  );
}
