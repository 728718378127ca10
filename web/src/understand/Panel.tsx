// What a sound is, in a sentence and by labels, and when in it that is heard.
import { useState } from 'react';
import { patiently } from '../api';
import { useHas } from '../info';
import { useLoad } from '../load';
import type { Classified } from '../schema';
import type { Asked } from './asked';
import { Classification, type Question } from './Classification';
import { Timeline } from './Timeline';
import './understand.css';

const shown = 8; // labels
const mostLikely = 3; // that are listened for

export function Panel(asked: Asked) {
  const { sound } = asked;
  const audible = useHas('sound') || 'upload' in sound;
  const which = 'track' in sound ? { tracks: [sound.track] } : { uploads: [sound.upload] };
  const [question, setQuestion] = useState<Question>({ set: 'audioset' });
  const answer = useLoad(JSON.stringify([sound, question]), async (signal) => {
    const { results, skipped } = await patiently('POST /api/v1/classify', { body: { ...which, ...question, k: shown, none: true } }, { signal });
    if (!results[0]) throw new Error(skipped[0]?.reason ?? 'The server gave no answer.');
    return results[0];
  });
  // Asked for after the labels, which shall not wait for it. It may be missing: what keeps it away is said by them.
  const sentence = useLoad(answer.value ? JSON.stringify(sound) : '', (signal) => patiently('POST /api/v1/caption', { body: which }, { signal })).value
    ?.results[0];
  return (
    <div className="understand" role="region" aria-label={`What ${asked.name} is`}>
      <div role="status" className="caption">
        {sentence && (
          <p>
            {sentence.caption} <span className={`word ${sentence.level.toLowerCase()}`}>{sentence.level.toLowerCase()}</span>
          </p>
        )}
      </div>
      <Classification {...asked} question={question} answer={answer} onQuestion={setQuestion} />
      {audible && <Timeline {...asked} suggested={answer.value ? likely(answer.value) : []} />}
    </div>
  );
}

/** The answer, and the labels that may be as true. */
function likely({ answer, none, instead, labels }: Classified): string[] {
  if (none && instead) return [instead];
  const others = labels.filter((one) => one.probability >= 0.1).map((one) => one.label);
  return [...new Set([answer.label, ...others])].slice(0, mostLikely);
}
