// Words that people ask for, and how well this library answers them: asked of the library itself.
import { call } from '../api';
import type { Info } from '../schema';

const words = [
  'a dog barking',
  'rain on a roof',
  'calm piano',
  'heavy metal',
  'waves on a shore',
  'a crackling fire',
  'epic orchestra',
  'electronic beat',
  'a baby crying',
  'slow strings',
  'a clock ticking',
  'dark ambient',
  'drums',
  'acoustic guitar',
  'a rooster crowing',
  'female vocals',
  'jazz band',
  'thunder',
  'choir',
  'flute',
  'footsteps',
  'birds singing',
  'suspense',
  'hip hop beat',
  'solo violin',
  'church organ',
  'brass fanfare',
  'electric guitar',
  'synthesizer',
  'people talking',
  'applause',
  'laughter',
  'a car engine',
  'a helicopter',
  'a chainsaw',
  'a door closing',
  'glass breaking',
  'an explosion',
  'wind in trees',
  'running water',
  'a cat meowing',
  'insects at night',
  'a siren',
  'bells',
  'marching band',
  'techno',
  'folk song',
  'harp',
];

export interface Idea {
  text: string;
  best: number; // the best score in this library
}

/** All of them, the best answered first: in one request for the vectors and one for the search; kept as long as the tab. */
export async function rankedIdeas(now: Info, signal: AbortSignal): Promise<Idea[]> {
  const key = `ideas/${ideasKey(now)}`;
  try {
    const before = sessionStorage.getItem(key);
    if (before) return JSON.parse(before) as Idea[];
  } catch {
    // a forbidden storage
  }
  const { texts } = await call('POST /api/v1/embed', { body: { texts: words, encoding: 'base64' } }, { signal });
  const { results } = await call('POST /api/v1/vectors/search', { body: { vectors: texts, of: 'tracks', rank: 'mean', k: 1 } }, { signal });
  const ranked = words.map((text, i) => ({ text, best: results[i]?.[0]?.score ?? -1 })).sort((a, b) => b.best - a.best);
  try {
    sessionStorage.setItem(key, JSON.stringify(ranked));
  } catch {
    // asked again next time
  }
  return ranked;
}

/** Changes when the answers may; empty while there is nothing to ask. */
export const ideasKey = (now: Info | null) => (now?.model && now.library.tracks > 0 ? `${now.model}/${now.library.name}/${now.library.tracks}` : '');

/** Those that the library answers at least likely. */
export const answered = (ideas: Idea[], levels: Info['levels']) => ideas.filter((idea) => idea.best >= levels.moderate);
