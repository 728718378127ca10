// The start's picture: one long waveform through the search box, as if the box were the moment chosen in it.
import { useEffect, useRef } from 'react';
import { onColours } from '../theme';

export function Backdrop() {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const element = canvas.current;
    if (!element) return;
    const draw = () => {
      const paper = element.getContext('2d');
      const scale = devicePixelRatio || 1;
      const width = element.clientWidth;
      const height = element.clientHeight;
      element.width = width * scale;
      element.height = height * scale;
      if (!paper) return;
      paper.scale(scale, scale);
      const ink = getComputedStyle(element).getPropertyValue('--line').trim();
      paper.fillStyle = ink;
      // The bars stop before the box, which stands in the middle.
      const box = Math.min(52 * 16, width - 32) / 2 + 14;
      for (let x = (width / 2) % 7; x < width; x += 7) {
        if (Math.abs(x - width / 2) < box) continue;
        const t = (x - width / 2) / 90;
        const swell = 0.45 + 0.35 * Math.sin(t * 0.9 + 1) + 0.2 * Math.sin(t * 0.37);
        const grain = Math.abs(Math.sin(t * 7.3) * Math.cos(t * 3.1 + 0.4));
        const edge = Math.min(1, x / 160, (width - x) / 160);
        const tall = Math.max(3, Math.abs(swell) * (0.25 + 0.75 * grain) * height * Math.max(0, edge));
        paper.beginPath();
        paper.roundRect(x, (height - tall) / 2, 3, tall, 1.5);
        paper.fill();
      }
    };
    const size = new ResizeObserver(draw);
    size.observe(element);
    const stop = onColours(draw);
    return () => {
      size.disconnect();
      stop();
    };
  }, []);
  return <canvas ref={canvas} className="backdrop" aria-hidden="true" />;
}
