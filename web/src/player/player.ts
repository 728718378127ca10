// The one player: a moment of a sound, with a second one beside it to compare, or a sound from some place on; and the
// queue that it goes through. Two elements take turns, so that the next sound is loaded before this one ends.
import { useSyncExternalStore } from 'react';
import { audioUrl, excerptUrl, soundKey } from '../api';
import { createStore, keep, kept } from '../store';
import { current, following, moved, noQueue, sameClip, sameEntry, type Clip, type Entry, type Pair, type Queue } from './queue';

export interface Playing {
  clip: Clip;
  /** `clip` is one of them. */
  pair: Pair;
  whole: boolean; // from clip.start to the sound's end
  state: 'loading' | 'playing' | 'paused' | 'ended';
  error: string | null;
}

export const player = createStore<Playing | null>(null);
/** Seconds into the sound, anew in each frame: components take usePosition(), or draw by themselves. */
export const position = createStore(0);
/** In steps, so that what shows it is drawn no more often than it changes. */
export const usePosition = (step: number) => useSyncExternalStore(position.follow, () => Math.floor(position.get() / step) * step);
export const queue = createStore<Queue>(noQueue);
/** The moment, or the whole sound, again and again. */
export const loops = createStore(false);
/** 0 to 1. */
export const volume = createStore(Math.max(0, Math.min(1, Number(kept('volume', 1)) || 0)));

const longestExcerpt = 120; // seconds; the server gives no more at once
const early = 20; // seconds before the end at which the next sound is asked for
let audio = made();
let spare = made(); // has the next sound ready
let ready = ''; // the address that `spare` has loaded
let from = 0; // the place in the sound where the loaded audio begins
let until = 0; // of excerpts that stand in for a file the browser cannot read
let inPieces = false;
let failures = 0; // one after another: a queue passes over files that are gone
const mostFailures = 5;

const change = (part: Partial<Playing>) => player.set((now) => (now ? { ...now, ...part } : now));

function made(): HTMLAudioElement {
  const element = new Audio();
  element.preload = 'auto';
  element.addEventListener('playing', () => {
    if (element !== audio) return;
    failures = 0;
    change({ state: 'playing', error: null });
    requestAnimationFrame(tick);
  });
  element.addEventListener('pause', () => element === audio && !element.ended && change({ state: 'paused' }));
  element.addEventListener('timeupdate', () => element === audio && prepare());
  element.addEventListener('ended', () => element === audio && ended());
  element.addEventListener('error', () => element === audio && failed());
  return element;
}

function start(address: string, begin: number, seekTo = 0): void {
  from = begin;
  if (ready === address && seekTo === 0 && !spare.error) {
    audio.pause();
    [audio, spare] = [spare, audio];
  } else audio.src = address;
  ready = '';
  audio.volume = volume.get();
  loopHere();
  if (seekTo > 0) audio.currentTime = seekTo;
  audio.play().catch((error: unknown) => {
    // Aborted by the next clip, or not allowed before the first click: neither is a fault of the sound.
    if (error instanceof DOMException && error.name === 'NotAllowedError') change({ state: 'paused' });
  });
}

const momentUrl = ({ sound, start: begin, end }: Clip) => excerptUrl(sound, begin, Math.min(end, begin + longestExcerpt));

export function play(clip: Clip, pair: Pair = null): void {
  inPieces = false;
  player.set({ clip, pair, whole: false, state: 'loading', error: null });
  position.set(clip.start);
  start(momentUrl(clip), clip.start);
}

/** The sound itself from a place on; keeps the pair when the sound is one of it. */
export function playFrom(whole: Omit<Clip, 'start' | 'end'>, at: number): void {
  const now = player.get();
  const key = soundKey(whole.sound);
  const pair = now?.pair && [now.pair.query, now.pair.match].some((one) => soundKey(one.sound) === key) ? now.pair : null;
  inPieces = false;
  player.set({ clip: { ...whole, start: at, end: whole.duration }, pair, whole: true, state: 'loading', error: null });
  position.set(at);
  start(audioUrl(whole.sound), 0, at);
}

function piece(begin: number): void {
  const now = player.get();
  if (!now) return;
  inPieces = true;
  until = Math.min(begin + longestExcerpt, now.clip.end);
  start(excerptUrl(now.clip.sound, begin, until), begin);
}

const begin = (entry: Entry) => (entry.whole ? playFrom(entry.clip, entry.clip.start) : play(entry.clip, entry.pair ?? null));

/** Plays the current one of a new queue. */
export function playQueue(next: Queue): void {
  const entry = current(next);
  queue.set(next);
  if (entry) begin(entry);
}

/** One on, or one back. Back in the middle of a sound is its start, as players do it. */
export function skip(by: 1 | -1): void {
  const now = player.get();
  const far = now && position.get() - (now.whole ? 0 : now.clip.start) > 3;
  const next = moved(queue.get(), by);
  if (by < 0 && now && (far || !next)) now.whole ? playFrom(now.clip, 0) : play(now.clip, now.pair);
  else if (next) playQueue(next);
}

export function toggle(): void {
  const now = player.get();
  if (!now) return;
  if (now.state === 'playing' || now.state === 'loading') audio.pause();
  else if (!audio.getAttribute('src'))
    now.whole ? playFrom(now.clip, position.get()) : play(now.clip, now.pair); // remembered, not loaded yet
  else if (now.state === 'ended' || now.error) now.whole ? playFrom(now.clip, 0) : play(now.clip, now.pair);
  else void audio.play().catch(() => undefined);
}

/** Whether this is what the player has. */
export const holds = (now: Playing | null, entry: Entry) => now !== null && sameEntry({ clip: now.clip, whole: now.whole }, entry);

/** Plays a clip, or pauses it when it is the one that plays. */
export function playOrPause(clip: Clip, pair: Pair = null): void {
  const now = player.get();
  if (now && !now.whole && sameClip(now.clip, clip) && now.state !== 'ended' && !now.error) toggle();
  else play(clip, pair);
}

/** The same of one entry of a list, which becomes the queue. */
export function playOrPauseIn(list: Queue): void {
  const entry = current(list);
  const now = player.get();
  if (entry && now && holds(now, entry) && now.state !== 'ended' && !now.error) toggle();
  else playQueue(list);
}

/** From the query's moment to the match and back. */
export function compare(): void {
  const now = player.get();
  if (now?.pair) play(sameClip(now.clip, now.pair.match) ? now.pair.query : now.pair.match, now.pair);
}

export function seek(at: number): void {
  const now = player.get();
  if (!now) return;
  if (now.whole || at < now.clip.start || at > now.clip.end) playFrom(now.clip, at);
  else {
    audio.currentTime = at - from;
    position.set(at);
    if (audio.paused) void audio.play().catch(() => undefined);
  }
}

export function stop(): void {
  for (const element of [audio, spare]) {
    element.pause();
    element.removeAttribute('src');
  }
  ready = '';
  player.set(null);
  queue.set(noQueue);
}

/** Shows what was played last, without a sound. */
export function show(entry: Entry, at: number): void {
  player.set({ clip: entry.clip, pair: null, whole: entry.whole, state: 'paused', error: null });
  position.set(at);
}

export function setVolume(value: number): void {
  volume.set(value);
  keep('volume', value);
  audio.volume = value;
}

// The next sound of a queue that goes on is loaded while this one still plays.
function prepare(): void {
  const next = following(queue.get());
  if (!next || !queue.get().goesOn || loops.get() || inPieces || !(audio.duration - audio.currentTime < early)) return;
  const address = next.whole ? audioUrl(next.clip.sound) : momentUrl(next.clip);
  if (ready === address) return;
  ready = address;
  spare.src = address;
}

function ended(): void {
  const now = player.get();
  if (!now) return;
  if (inPieces && until < now.clip.end - 0.01) piece(until);
  else if (loops.get()) now.whole ? playFrom(now.clip, 0) : play(now.clip, now.pair);
  else if (queue.get().goesOn && following(queue.get())) skip(1);
  else change({ state: 'ended' });
}

// A moment is one file, which the browser repeats by itself.
function loopHere(): void {
  const now = player.get();
  audio.loop = loops.get() && now !== null && !now.whole;
}
loops.follow(loopHere);

function failed(): void {
  const now = player.get();
  if (!now || !audio.getAttribute('src')) return;
  if (now.whole && !inPieces) piece(now.clip.start);
  else if (queue.get().goesOn && following(queue.get()) && ++failures < mostFailures) skip(1);
  else change({ state: 'ended', error: 'This sound cannot be played: the file is gone or damaged.' });
}

function tick(): void {
  if (!audio.paused) {
    position.set(from + audio.currentTime);
    requestAnimationFrame(tick);
  }
}
