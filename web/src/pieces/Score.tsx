// How sure a result is, in a word and as a share; what orders the results stands in the tooltip.
import { fine, percent, plural } from '../format';
import type { Hit } from '../schema';

const said = { HIGH: 'high', MODERATE: 'moderate', LOW: 'low' } as const;

export function Score({ hit }: { hit: Hit }) {
  const level = said[hit.level];
  return (
    <span className={`score ${level}`} title={fine(hit.score) + (hit.votes === null ? '' : `, ${plural(hit.votes, 'vote')}`)}>
      <span className="number">{level}</span>
      <span className="word">{percent(hit.likelihood)}</span>
      <span className="bar" aria-hidden="true">
        <span style={{ width: `${(Math.max(0.02, hit.likelihood) * 100).toFixed(1)}%` }} />
      </span>
    </span>
  );
}
