// How sure a result is: the word first, then the share; what orders the results stands in the tooltip only.
import { fine, likelihoodWord, percent, plural } from '../format';
import type { Hit } from '../schema';

export function Score({ hit }: { hit: Hit }) {
  const level = likelihoodWord(hit.level, hit.likelihood);
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
