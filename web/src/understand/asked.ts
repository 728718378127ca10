// A sound that somebody asks about.
import type { Sound } from '../api';

export interface Asked {
  sound: Sound;
  name: string;
  duration: number;
  tab?: number; // of the row it stands in
}
