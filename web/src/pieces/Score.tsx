// A score with its level, as a number and as the length of a line.
import { fine, score } from '../format';
import type { Hit } from '../schema';

const said = { HIGH: 'high', MODERATE: 'moderate', LOW: 'low' } as const;

/** `scale`: the score that fills the line. */
export function Score({ hit, scale }: { hit: Hit; scale: number }) {
  const level = hit.level ? said[hit.level] : null;
  const part = Math.max(0.02, Math.min(1, hit.score / scale));
  return (
    <span className={`score ${level ?? 'votes'}`} title={fine(hit.score)}>
      <span className="number">{score(hit.score)}</span>
      <span className="word">{level ?? (hit.votes === null ? 'cosine' : `${hit.votes} ${hit.votes === 1 ? 'vote' : 'votes'}`)}</span>
      <span className="bar" aria-hidden="true">
        <span style={{ width: `${(part * 100).toFixed(1)}%` }} />
      </span>
    </span>
  );
}
