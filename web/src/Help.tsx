// Keys, and how to ask.
import { Dialog } from './pieces/Dialog';
import { Icon } from './pieces/Icon';
import { useStore } from './store';
import { isDark, theme, toggleTheme } from './theme';

const keys: Array<[string[], string]> = [
  [['/'], 'to the search box'],
  [['↑', '↓'], 'through the results; while a moment plays, the next one plays'],
  [['Enter'], 'play the best moment'],
  [['Space'], 'pause and go on'],
  [['n', 'p'], 'next and previous in the queue'],
  [['l'], 'repeat the moment or the sound'],
  [['q'], 'show the queue'],
  [['c'], 'compare: the moment searched with, and the one found'],
  [['→', '←'], 'open and close a result'],
  [['m'], 'more like this'],
  [['+', '−'], 'search towards it, or away from it'],
  [['u', 'd'], 'thumb up, thumb down'],
  [['b'], 'into the basket, or out of it'],
  [['g'], 'show the basket'],
  [['?'], 'this help'],
];

export function Help({ onClose }: { onClose: () => void }) {
  useStore(theme);
  return (
    <Dialog title="Help" className="help-dialog" onClose={onClose}>
      <h3>Keys</h3>
      <dl className="keys">
        {keys.map(([names, what]) => (
          <div key={what}>
            <dt>
              {names.map((name) => (
                <kbd key={name}>{name}</kbd>
              ))}
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <h3>Asking</h3>
      <ul>
        <li>Say what is heard, in few words: “calm piano”, “a dog barking”. Names of files and tags take no part.</li>
        <li>
          What you do not want, say so: <code>calm piano, no drums</code>, <code>without vocals</code>, <code>-drums</code>, <code>-"female vocals"</code>.
        </li>
        <li>Drop a sound anywhere on the page, or record one: the results are what is like it. Words beside it count too.</li>
        <li>Plus and minus on a result add it to the search, for or against.</li>
        <li>Drag a result's title out of the window to save its file, or into an editor.</li>
      </ul>
      <h3>How sure it is</h3>
      <p>
        The word beside a result says how likely it is what you asked for. <b className="high">High</b> is a sure find, <b className="moderate">moderate</b> a
        likely one, <b className="low">low</b> may be the best there is and still not be it, and <b className="low">none</b> means that nothing speaks for it.
      </p>
      <p>
        <button type="button" onClick={toggleTheme}>
          <Icon name={isDark() ? 'sun' : 'moon'} /> {isDark() ? 'Light colours' : 'Dark colours'}
        </button>
      </p>
      <p className="sub">
        <a href="/openapi.json">The API</a> · <a href="/licences.txt">Licences of what this page is made with</a>
      </p>
    </Dialog>
  );
}
