// What can be done with a track: the same in a row, in its menu, and where it is opened.
import { downloadUrl, excerptUrl } from '../api';
import { basket, toggleInBasket } from '../basket';
import { momentName } from '../format';
import { has } from '../info';
import { addressOf, usualMinutes, usualSteps } from '../lists/wish';
import type { MenuItem } from '../pieces/Menu';
import { playFrom } from '../player/player';
import type { Clip } from '../player/queue';
import { addToQueue, clipOfTrack } from '../player/tracks';
import { emptyQuery, queryAddress, withItem, type Query } from '../query';
import { rate, ratingOf, ratings } from '../ratings';
import { go } from '../route';
import type { Track } from '../schema';

export const moreLike = (track: Track) => go(queryAddress(withItem(emptyQuery, { track: track.id, negative: false })));

/** Those that turn the search or keep something. */
export function actions(track: Track, query: Query): MenuItem[] {
  const item = { track: track.id, negative: false };
  const thumb = ratingOf(track, ratings.get());
  const gathered = basket.get().tracks.some((one) => one.id === track.id);
  const out: MenuItem[] = [
    { icon: 'plus', text: 'Add to the search', act: () => go(queryAddress(withItem(query, item))) },
    { icon: 'minus', text: 'Less like this', act: () => go(queryAddress(withItem(query, { ...item, negative: true }))) },
  ];
  if (has('ratings')) {
    out.push(
      { icon: 'up', text: 'Good', on: thumb === 1, act: () => void rate(track, 1) },
      { icon: 'down', text: 'Bad', on: thumb === -1, act: () => void rate(track, -1) },
    );
  }
  return has('playlists')
    ? [
        { icon: gathered ? 'inBasket' : 'basket', text: gathered ? 'Out of the basket' : 'Into the basket', on: gathered, act: () => toggleInBasket(track) },
        ...out,
      ]
    : out;
}

/** Those that play it. */
export function playing(track: Track): MenuItem[] {
  if (!has('sound')) return [];
  return [
    { icon: 'play', text: 'Play from its start', act: () => playFrom(clipOfTrack(track), 0) },
    { icon: 'next', text: 'Play next', act: () => addToQueue([track], 'next') },
    { icon: 'queue', text: 'Add to the queue', act: () => addToQueue([track], 'last') },
  ];
}

export function saving(track: Track): MenuItem[] {
  return has('sound') ? [{ icon: 'download', text: 'Save the file', act: () => location.assign(downloadUrl(track.id)) }] : [];
}

/** Lists of tracks that begin here. */
export function lists(track: Track): MenuItem[] {
  if (!has('playlists')) return [];
  return [
    { icon: 'radio', text: 'Radio from here', act: () => go(addressOf({ kind: 'radio', tracks: [track.id], minutes: usualMinutes })) },
    { icon: 'way', text: 'Journey from here', act: () => go(addressOf({ kind: 'journey', from: track.id, to: 0, steps: usualSteps })) },
  ];
}

/** The moment that was found, as a sound of its own. */
export function ofMoment(clip: Clip): MenuItem[] {
  const { sound, start, end } = clip;
  if (!('track' in sound)) return [];
  const part = { start, duration: end - start };
  const similar: MenuItem = {
    icon: 'like',
    text: 'More like this moment',
    act: () => go(queryAddress(withItem(emptyQuery, { ...sound, part, negative: false }))),
  };
  return has('sound')
    ? [similar, { icon: 'download', text: 'Save this moment as WAV', act: () => download(excerptUrl(sound, start, end), momentName(clip)) }]
    : [similar];
}

function download(address: string, name: string): void {
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
}
