// What can be done with a track that was found: as icons in its row, with words where it is opened.
import { basket, toggleInBasket } from '../basket';
import { title } from '../format';
import { useHas } from '../info';
import { Icon, type IconName } from '../pieces/Icon';
import { emptyQuery, queryAddress, withItem, type Query } from '../query';
import { rate, ratingOf, ratings } from '../ratings';
import { go } from '../route';
import type { Track } from '../schema';
import { useStore } from '../store';

export function Actions({ track, query, tab, words = false }: { track: Track; query: Query; tab: number; words?: boolean }) {
  const thumb = ratingOf(track, useStore(ratings));
  const gathered = useStore(basket).tracks.some((one) => one.id === track.id);
  const name = title(track);
  const item = { track: track.id, negative: false };
  const rated = useHas('ratings');
  const collected = useHas('playlists');
  const buttons: Array<{ icon: IconName; text: string; label: string; on?: boolean; act: () => void; there?: boolean }> = [
    { icon: 'like', text: 'More like this', label: `More like ${name}`, act: () => go(queryAddress(withItem({ ...emptyQuery }, item))) },
    { icon: 'plus', text: 'Add to search', label: `Search towards ${name}`, act: () => go(queryAddress(withItem(query, item))) },
    { icon: 'minus', text: 'Less like this', label: `Search away from ${name}`, act: () => go(queryAddress(withItem(query, { ...item, negative: true }))) },
    { icon: 'up', text: 'Good', label: `Thumb up for ${name}`, on: thumb === 1, act: () => void rate(track, 1), there: rated },
    { icon: 'down', text: 'Bad', label: `Thumb down for ${name}`, on: thumb === -1, act: () => void rate(track, -1), there: rated },
    {
      icon: gathered ? 'inBasket' : 'basket',
      text: gathered ? 'In basket' : 'Basket',
      label: `${name} in the basket`,
      on: gathered,
      act: () => toggleInBasket(track),
      there: collected,
    },
  ];
  return (
    <div className={words ? 'actions words' : 'actions'} role="group" aria-label={`What to do with ${name}`}>
      {buttons
        .filter((one) => one.there !== false)
        .map((one) => (
          <button
            key={one.text === 'In basket' ? 'Basket' : one.text}
            type="button"
            className={one.on ? 'quiet on' : 'quiet'}
            tabIndex={tab}
            aria-label={words ? undefined : one.label}
            aria-pressed={one.on}
            title={words ? undefined : one.text}
            onClick={one.act}
          >
            <Icon name={one.icon} size={18} />
            {words && (
              <span>
                {one.text}
                <span className="hidden">: {name}</span>
              </span>
            )}
          </button>
        ))}
    </div>
  );
}
