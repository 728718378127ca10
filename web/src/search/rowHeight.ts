// How tall a row is: the style sheet's --row, in pixels, for wide and narrow windows.
import { useSyncExternalStore } from 'react';

const narrow = matchMedia('(max-width: 760px)');

export const useNarrow = () =>
  useSyncExternalStore(
    (listener) => {
      narrow.addEventListener('change', listener);
      return () => narrow.removeEventListener('change', listener);
    },
    () => narrow.matches,
  );

export const useRowHeight = () => (useNarrow() ? 124 : 84);
