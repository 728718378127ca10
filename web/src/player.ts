// The one player: a moment of a sound, with a second one beside it to compare, or a sound from some place on.
import { audioUrl, excerptUrl, soundKey, type Sound } from './api';
import { createStore } from './store';

export interface Clip {
  sound: Sound;
  title: string;
  start: number;
  end: number;
  duration: number; // of the whole sound
}

export interface Playing {
  clip: Clip;
  /** The query's moment and the match, when there are two to compare; `clip` is one of them. */
  pair: { query: Clip; match: Clip } | null;
  whole: boolean; // from clip.start to the sound's end
  state: 'loading' | 'playing' | 'paused' | 'ended';
  error: string | null;
}

export const player = createStore<Playing | null>(null);
/** Seconds into the sound. */
export const position = createStore(0);

const longestExcerpt = 120; // seconds; the server gives no more at once
const audio = new Audio();
audio.preload = 'auto';
let from = 0; // the place in the sound where the loaded audio begins
let until = 0; // of excerpts that stand in for a file the browser cannot read
let inPieces = false;

const change = (part: Partial<Playing>) => player.set((now) => (now ? { ...now, ...part } : now));

function start(address: string, begin: number, seek = 0): void {
  from = begin;
  audio.src = address;
  if (seek > 0) audio.currentTime = seek;
  audio.play().catch((error: unknown) => {
    // Aborted by the next clip, or not allowed before the first click: neither is a fault of the sound.
    if (error instanceof DOMException && error.name === 'NotAllowedError') change({ state: 'paused' });
  });
}

export function play(clip: Clip, pair: Playing['pair'] = null): void {
  inPieces = false;
  player.set({ clip, pair, whole: false, state: 'loading', error: null });
  position.set(clip.start);
  start(excerptUrl(clip.sound, clip.start, Math.min(clip.end, clip.start + longestExcerpt)), clip.start);
}

/** The sound itself from a place on; keeps the pair when the sound is one of it. */
export function playFrom(sound: Sound, title: string, duration: number, at: number): void {
  const now = player.get();
  const key = soundKey(sound);
  const pair = now?.pair && [now.pair.query, now.pair.match].some((one) => soundKey(one.sound) === key) ? now.pair : null;
  inPieces = false;
  player.set({ clip: { sound, title, start: at, end: duration, duration }, pair, whole: true, state: 'loading', error: null });
  position.set(at);
  start(audioUrl(sound), 0, at);
}

function piece(begin: number): void {
  const now = player.get();
  if (!now) return;
  inPieces = true;
  until = Math.min(begin + longestExcerpt, now.clip.end);
  start(excerptUrl(now.clip.sound, begin, until), begin);
}

export const sameClip = (a: Clip | null | undefined, b: Clip) => !!a && soundKey(a.sound) === soundKey(b.sound) && a.start === b.start && a.end === b.end;

export function toggle(): void {
  const now = player.get();
  if (!now) return;
  if (now.state === 'playing' || now.state === 'loading') audio.pause();
  else if (now.state === 'ended' || now.error) now.whole ? playFrom(now.clip.sound, now.clip.title, now.clip.duration, 0) : play(now.clip, now.pair);
  else void audio.play().catch(() => undefined);
}

/** Plays a clip, or pauses it when it is the one that plays. */
export function playOrPause(clip: Clip, pair: Playing['pair'] = null): void {
  const now = player.get();
  if (now && !now.whole && sameClip(now.clip, clip) && now.state !== 'ended' && !now.error) toggle();
  else play(clip, pair);
}

/** From the query's moment to the match and back. */
export function compare(): void {
  const now = player.get();
  if (now?.pair) play(sameClip(now.clip, now.pair.match) ? now.pair.query : now.pair.match, now.pair);
}

export function seek(at: number): void {
  const now = player.get();
  if (!now) return;
  if (now.whole || at < now.clip.start || at > now.clip.end) playFrom(now.clip.sound, now.clip.title, now.clip.duration, at);
  else {
    audio.currentTime = at - from;
    position.set(at);
    if (audio.paused) void audio.play().catch(() => undefined);
  }
}

export function stop(): void {
  audio.pause();
  audio.removeAttribute('src');
  player.set(null);
}

const tick = () => {
  if (!audio.paused) {
    position.set(from + audio.currentTime);
    requestAnimationFrame(tick);
  }
};
audio.addEventListener('playing', () => {
  change({ state: 'playing', error: null });
  requestAnimationFrame(tick);
});
audio.addEventListener('pause', () => !audio.ended && change({ state: 'paused' }));
audio.addEventListener('ended', () => {
  const now = player.get();
  if (inPieces && now && until < now.clip.end - 0.01) piece(until);
  else change({ state: 'ended' });
});
audio.addEventListener('error', () => {
  const now = player.get();
  if (!now || !audio.getAttribute('src')) return;
  if (now.whole && !inPieces) piece(now.clip.start);
  else change({ state: 'ended', error: 'This sound cannot be played: the file is gone or damaged.' });
});
