// How to read the figures of a search by sound.
import { plural } from '../format';

export function ReadingHelp({ windows }: { windows: number }) {
  return (
    <details className="reading">
      <summary>How to read likelihood, distance, votes and score</summary>
      <dl>
        <dt>Likelihood</dt>
        <dd>
          is how sure Hearken is that a track sounds like yours: <b>high</b> from 70 %, <b>moderate</b> from 40 %. It means the same in every search; where
          nothing sounds like yours, the line above the results says so.
        </dd>
        <dt>Your sound</dt>
        <dd>was cut into {plural(windows, 'moment')} of up to ten seconds. Each looks for the moments of the library that sound nearest to it.</dd>
        <dt>Distance</dt>
        <dd>
          is between two moments: <b>0</b> is the same sound, <b>below 0.2</b> very similar, <b>above 0.5</b> less similar. Open a result to hear both sides.
        </dd>
        <dt>Votes</dt>
        <dd>
          count how many times a moment of the track was among the nearest to a moment of yours. One lucky moment gives one vote; a track that is like yours
          throughout gets many.
        </dd>
        <dt>Score</dt>
        <dd>puts both together: 80 % how near, 20 % how many votes. It only orders this list: the best has about 1, and says nothing about other searches.</dd>
      </dl>
    </details>
  );
}
