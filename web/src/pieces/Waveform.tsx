// A sound as bars on a canvas, with moments marked and the place that plays. The pointer seeks; keys do so in the dock.
import { useCallback, useEffect, useRef, type PointerEvent } from 'react';
import { soundKey, type Sound } from '../api';
import { usePeaks } from '../peaks';
import { player, position } from '../player/player';
import { onColours } from '../theme';

export interface Mark {
  start: number;
  end: number;
  soft?: boolean;
}

interface Props {
  sound: Sound;
  duration: number;
  marks?: Mark[];
  onSeek?: (seconds: number) => void;
  onSelect?: (start: number, end: number) => void;
}

const barWidth = 2;
const barStep = 3;
const contrast = 1.4; // loud music is near full scale throughout; its quieter places shall show

export function Waveform({ sound, duration, marks = [], onSeek, onSelect }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const peaks = usePeaks(sound);
  const drag = useRef<{ from: number; to: number } | null>(null);
  const latest = useRef({ peaks, marks, duration });
  latest.current = { peaks, marks, duration };
  const key = soundKey(sound);

  const draw = useCallback(() => {
    const element = canvas.current;
    const paper = element?.getContext('2d');
    if (!element || !paper) return;
    const scale = devicePixelRatio || 1;
    const width = element.clientWidth;
    const height = element.clientHeight;
    if (width === 0) return;
    if (element.width !== Math.round(width * scale) || element.height !== Math.round(height * scale)) {
      element.width = Math.round(width * scale);
      element.height = Math.round(height * scale);
    }
    const style = getComputedStyle(element);
    const ink = (name: string) => style.getPropertyValue(name).trim();
    paper.setTransform(scale, 0, 0, scale, 0, 0);
    paper.clearRect(0, 0, width, height);
    const { peaks: wave, marks: marked, duration: whole } = latest.current;
    const length = Math.max(wave?.duration ?? whole, 0.001);
    const now = player.get();
    const playing = now !== null && soundKey(now.clip.sound) === key;
    const head = playing ? position.get() : -1;
    const selected = drag.current ? [{ start: Math.min(drag.current.from, drag.current.to), end: Math.max(drag.current.from, drag.current.to) }] : marked;

    for (const mark of selected) {
      const x = (mark.start / length) * width;
      const w = Math.max(2, ((mark.end - mark.start) / length) * width);
      paper.fillStyle = ink('--mark');
      paper.globalAlpha = 'soft' in mark && mark.soft ? 0.5 : 1;
      paper.beginPath();
      paper.roundRect(x, 0, w, height, 4);
      paper.fill();
    }
    paper.globalAlpha = 1;
    const values = wave?.peaks;
    const loudest = values ? Math.max(24, ...values) : 1;
    const bars = Math.max(1, Math.floor(width / barStep));
    const plain = ink('--wave');
    const lit = ink('--wave-marked');
    const played = ink('--accent');
    for (let i = 0; i < bars; ++i) {
      let value = 0;
      if (values?.length) {
        const first = Math.floor((i * values.length) / bars);
        const behind = Math.max(first + 1, Math.floor(((i + 1) * values.length) / bars));
        for (let p = first; p < behind; ++p) value = Math.max(value, values[p] ?? 0);
      }
      const tall = values ? Math.max(2, (value / loudest) ** contrast * (height - 4)) : 2;
      const at = ((i + 0.5) / bars) * length;
      const marked_here = selected.some((mark) => at >= mark.start && at <= mark.end);
      const began = now?.whole ? 0 : (now?.clip.start ?? 0);
      paper.fillStyle = playing && at <= head && at >= began ? played : marked_here ? lit : plain;
      paper.fillRect(i * barStep, (height - tall) / 2, barWidth, tall);
    }
    if (playing && head >= 0) {
      paper.fillStyle = played;
      paper.fillRect(Math.min(width - 1.5, (head / length) * width), 0, 1.5, height);
    }
  }, [key]);

  useEffect(draw);
  useEffect(() => {
    const element = canvas.current;
    if (!element) return;
    const size = new ResizeObserver(draw);
    size.observe(element);
    const stopColours = onColours(draw);
    let mine = false;
    const follow = () => {
      const now = player.get();
      const is = now !== null && soundKey(now.clip.sound) === key;
      if (is || mine) draw();
      mine = is;
    };
    const stopPlayer = player.follow(follow);
    const stopPosition = position.follow(() => mine && draw());
    follow();
    return () => {
      size.disconnect();
      stopColours();
      stopPlayer();
      stopPosition();
    };
  }, [draw, key]);

  const place = (event: PointerEvent) => {
    const box = event.currentTarget.getBoundingClientRect();
    const part = Math.max(0, Math.min(1, (event.clientX - box.left) / box.width));
    return part * (peaks?.duration ?? duration);
  };
  const down = (event: PointerEvent) => {
    if (!onSelect || event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    drag.current = { from: place(event), to: place(event) };
  };
  const moved = (event: PointerEvent) => {
    if (!drag.current) return;
    drag.current.to = place(event);
    draw();
  };
  const up = (event: PointerEvent) => {
    const at = place(event);
    const from = drag.current?.from;
    drag.current = null;
    if (onSelect && from !== undefined && Math.abs(at - from) >= Math.max(0.5, duration * 0.01)) {
      onSelect(Math.min(from, at), Math.max(from, at));
    } else onSeek?.(at);
    draw();
  };

  return (
    <canvas
      ref={canvas}
      className={`waveform${onSeek || onSelect ? ' seekable' : ''}`}
      aria-hidden="true"
      data-state={peaks === undefined ? 'loading' : peaks === null ? 'none' : 'ready'}
      onPointerDown={down}
      onPointerMove={moved}
      onPointerUp={onSeek || onSelect ? up : undefined}
    />
  );
}
