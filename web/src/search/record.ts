// The microphone: records until it is stopped, shows its level meanwhile, and gives up after a minute.
import { createStore } from '../store';

export const recording = createStore<{ began: number } | null>(null);
/** The last two seconds' levels, 0 to 1, newest last. */
export const levels = createStore<number[]>([]);

export const longestRecording = 60; // seconds

let recorder: MediaRecorder | null = null;
let finished: Promise<Blob | null> = Promise.resolve(null);
let cleanUp = () => {};

/** Nothing, or why it cannot record. */
export async function startRecording(): Promise<string | null> {
  if (!navigator.mediaDevices || typeof MediaRecorder === 'undefined') return 'The browser allows recording only on this computer (localhost) or over HTTPS.';
  let stream: MediaStream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false } });
  } catch (error) {
    const name = error instanceof DOMException ? error.name : '';
    if (name === 'NotFoundError') return 'There is no microphone.';
    if (name === 'NotAllowedError') return 'The browser was not allowed to use the microphone. Its address bar says where to change that.';
    return 'The microphone does not answer.';
  }
  const type = ['audio/webm;codecs=opus', 'audio/ogg;codecs=opus', 'audio/mp4'].find((one) => MediaRecorder.isTypeSupported(one));
  const made = new MediaRecorder(stream, { ...(type && { mimeType: type }), audioBitsPerSecond: 160_000 });
  const parts: Blob[] = [];
  made.ondataavailable = (event) => void parts.push(event.data);
  finished = new Promise((resolve) => {
    made.onstop = () => resolve(parts.length ? new Blob(parts, { type: made.mimeType.split(';')[0] ?? '' }) : null);
    made.onerror = () => resolve(null);
  });
  const sound = new AudioContext();
  const meter = sound.createAnalyser();
  meter.fftSize = 1024;
  sound.createMediaStreamSource(stream).connect(meter);
  const samples = new Float32Array(meter.fftSize);
  const timer = setInterval(() => {
    meter.getFloatTimeDomainData(samples);
    let peak = 0;
    for (const sample of samples) peak = Math.max(peak, Math.abs(sample));
    levels.set((now) => [...now.slice(-199), peak]);
  }, 40);
  const limit = setTimeout(() => document.querySelector<HTMLButtonElement>('.record.on')?.click(), longestRecording * 1000);
  cleanUp = () => {
    clearInterval(timer);
    clearTimeout(limit);
    for (const track of stream.getTracks()) track.stop();
    void sound.close();
  };
  recorder = made;
  made.start();
  levels.set([]);
  recording.set({ began: performance.now() });
  return null;
}

export async function stopRecording(): Promise<Blob | null> {
  const made = recorder;
  recorder = null;
  if (made && made.state !== 'inactive') made.stop();
  const sound = await finished;
  cleanUp();
  recording.set(null);
  return sound;
}

export async function dropRecording(): Promise<void> {
  await stopRecording();
}
