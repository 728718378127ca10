// Labels as people write them, and the label sets by names that say what they are for.
import type { LabelSets } from '../schema';

/** "rain, dog": one each; quotes hold together what has a comma in it, as AudioSet's names do. Each once. */
export function labelsOf(text: string): string[] {
  const found = [...text.matchAll(/"([^"]*)"|[^",\n]+/g)].map(([whole, quoted]) => (quoted ?? whole).replace(/\s+/g, ' ').trim());
  return [...new Set(found.filter(Boolean))];
}

export const written = (labels: string[]) => labels.map((label) => (label.includes(',') ? `"${label}"` : label)).join(', ');

/** As words to search with: the Universal Category System writes BIRDS-FOWL. */
export const spokenLabel = (label: string) => (/^[A-Z -]+$/.test(label) ? label.toLowerCase().replaceAll('-', ' ') : label);

const titles: Record<string, string> = {
  audioset: 'any sound (AudioSet)',
  esc10: 'ESC-10',
  esc50: 'ESC-50',
  fsd50k: 'FSD50K',
  gtzan: 'genres of music (GTZAN)',
  instruments: 'instruments',
  moods: 'moods of music',
  speakers: 'how many speak',
  ucs: 'sound effects (UCS)',
  urbansound8k: 'sounds of a city (UrbanSound8K)',
  'voice-emotion': 'emotions of a voice',
};

export const setTitle = ({ name, labels }: LabelSets['sets'][number]) => `${titles[name] ?? name}, ${labels}`;

export const percent = (part: number) => (part > 0 && part < 0.01 ? '< 1 %' : `${Math.round(part * 100)} %`);
