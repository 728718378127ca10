// What can be done with a track that was found. In its row: more like it, and a menu; where it is opened, all with words.
import { basket } from '../basket';
import { title } from '../format';
import { info } from '../info';
import { Icon } from '../pieces/Icon';
import { Menu } from '../pieces/Menu';
import type { Clip } from '../player/queue';
import type { Query } from '../query';
import { ratings } from '../ratings';
import type { Track } from '../schema';
import { useStore } from '../store';
import { actions, lists, moreLike, ofMoment, playing, saving } from './actions';

interface Props {
  track: Track;
  query: Query;
  tab: number;
  moment?: Clip; // the part that was found
}

export function RowActions({ track, query, tab, moment }: Props) {
  const name = title(track);
  return (
    <div className="actions" role="group" aria-label={`What to do with ${name}`}>
      <button type="button" className="quiet small more-like" tabIndex={tab} onClick={() => moreLike(track)}>
        <Icon name="like" size={18} /> <span className="word">Similar</span>
        <span className="hidden"> to {name}</span>
      </button>
      <Menu
        label={`More to do with ${name}`}
        tab={tab}
        items={() => [...playing(track), ...actions(track, query), ...(moment ? ofMoment(moment) : []), ...lists(track), ...saving(track)]}
      />
    </div>
  );
}

export function Actions({ track, query, tab }: Props) {
  useStore(ratings);
  useStore(basket);
  useStore(info);
  const name = title(track);
  return (
    <div className="actions words" role="group" aria-label={`What to do with ${name}`}>
      {actions(track, query).map((one) => (
        <button key={one.icon} type="button" className={one.on ? 'quiet on' : 'quiet'} tabIndex={tab} aria-pressed={one.on} onClick={one.act}>
          <Icon name={one.icon} size={18} />
          <span>
            {one.text}
            <span className="hidden">: {name}</span>
          </span>
        </button>
      ))}
    </div>
  );
}
