// How sure a result is, in a word and as a share; the score itself stands in the tooltip. Of sounds: the score and the votes.
import { fine, percent, score } from '../format';
import type { Hit } from '../schema';

const said = { HIGH: 'high', MODERATE: 'moderate', LOW: 'low' } as const;

/** `scale`: the score that fills the line. */
export function Score({ hit, scale }: { hit: Hit; scale: number }) {
  const level = hit.level ? said[hit.level] : null;
  const part = Math.max(0.02, Math.min(1, hit.likelihood ?? hit.score / scale));
  return (
    <span className={`score ${level ?? 'votes'}`} title={fine(hit.score)}>
      {hit.likelihood === null ? (
        <>
          <span className="number">{score(hit.score)}</span>
          <span className="word">{hit.votes === null ? 'cosine' : `${hit.votes} ${hit.votes === 1 ? 'vote' : 'votes'}`}</span>
        </>
      ) : (
        <>
          <span className="number">{said[hit.level ?? 'LOW']}</span>
          <span className="word">{percent(hit.likelihood)}</span>
        </>
      )}
      <span className="bar" aria-hidden="true">
        <span style={{ width: `${(part * 100).toFixed(1)}%` }} />
      </span>
    </span>
  );
}
