// Written by scripts/types.mjs from src/server/openapi.json; not to be edited. tests/web/types.mjs keeps it so.

/** RFC 9457. Every error below /api/v1 is one, as application/problem+json. */
export type Problem = {
  /** a name for this kind of problem, relative to the API */
  type: string;
  /** the kind in words */
  title: string;
  /** the HTTP status */
  status: number;
  /** one line that says what is wrong with this request */
  detail: string;
  code: 'invalid_argument' | 'not_found' | 'permission_denied' | 'unsupported' | 'corrupt' | 'mismatch' | 'busy' | 'io' | 'cancelled' | 'internal' | 'unauthorized' | 'method_not_allowed' | 'too_large' | 'too_many_guesses' | 'not_implemented' | 'timeout';
  /** in a `where` that cannot be read: the character, from 1 on */
  at?: number;
};

/** a number that the library gave */
export type Id = number;

export type Seconds = number;

/** the model's thresholds for scores of texts */
export type Level = 'HIGH' | 'MODERATE' | 'LOW';

/** [dimension] numbers, or the same as little-endian float32 in base64 */
export type Vector = number[] | string;

export type Track = {
  id: Id;
  /** empty when the file has no tags */
  title: string;
  artist: string;
  album: string;
  genre: string;
  duration: Seconds;
  /** the source it lies in; null: none */
  source: number | null;
  /** below its source (without one: the file's name), for people to read */
  path: string;
  /** media type of the file, such as audio/mpeg */
  type: string;
  /** when it was indexed first */
  added: string;
  /** the file is not there at present */
  missing: boolean;
  /** for any query */
  rating: -1 | 0 | 1;
  /** labels, a person's first, then the surest */
  tags: string[];
  /** null: not measured, or what is searched is elsewhere */
  features: Features | null;
};

export type Features = {
  /** LUFS */
  loudness: number | null;
  /** beats a minute */
  tempo: number | null;
  /** such as `A minor` */
  key: string | null;
  /** Hz */
  brightness: number | null;
};

export type TrackDetails = {
  id: Id;
  /** empty when the file has no tags */
  title: string;
  artist: string;
  album: string;
  genre: string;
  duration: Seconds;
  /** the source it lies in; null: none */
  source: number | null;
  /** below its source (without one: the file's name), for people to read */
  path: string;
  /** media type of the file, such as audio/mpeg */
  type: string;
  /** when it was indexed first */
  added: string;
  /** the file is not there at present */
  missing: boolean;
  /** for any query */
  rating: -1 | 0 | 1;
  /** labels, a person's first, then the surest */
  tags: string[];
  /** null: not measured yet */
  features: Features | null;
  /** with vectors of the server's model; 0: it cannot be found yet */
  windows: number;
};

export type Tracks = {
  /** that match */
  total: number;
  offset: number;
  tracks: Track[];
};

/** One of text, track and upload. What counts against turns the query away from it. */
export type QueryItem = {
  /** words */
  text?: string;
  track?: Id;
  /** the id of an upload */
  upload?: string;
  negative?: boolean;
  /** the part of a sound that is meant, from here on */
  start?: number;
  /** so long; 0: to its end */
  duration?: number;
};

export type SearchRequest = {
  /** Words alone are `hearken find`; as soon as a sound counts for, it is `hearken like`. At least one item counts for. */
  items: QueryItem[];
  /** at most so many results */
  k?: number;
  /** after leaving out so many */
  offset?: number;
  /** only tracks of which this is true: `genre = 'Jazz' and duration < 300` (docs/FIND.md) */
  where?: string;
  /** only tracks of this source */
  source?: number;
  /** ratings re-order the result (docs/RATE.md) */
  ratings?: boolean;
  /** of words: tracks by the mean of their windows, by the best one, by the best three; or single windows */
  rank?: 'mean' | 'best' | 'top3' | 'moments';
  /** of words: each in several sentences */
  ensemble?: boolean;
  /** of sounds: votes of windows, or one mean vector a track */
  by?: 'votes' | 'mean';
  /** nearest tracks that each window of the query votes for, at least */
  neighbours?: number;
  /** of the score */
  votes_weight?: number;
  /** of the score */
  similarity_weight?: number;
  /** moments of the query shown for a result */
  inputs?: number;
  /** matches shown for each of those */
  clips?: number;
  /** keeps the tracks of the query in the result */
  include_self?: boolean;
};

export type Match = {
  start: Seconds;
  end: Seconds;
  /** 1 - cosine: 0 identical, how much is near depends on the model, the likelihood says it */
  distance: number;
};

/** A window of the query, counted from that sound's own start, and what is nearest to it. */
export type Moment = {
  /** which of the query's items, from 0 on */
  input: number;
  start: Seconds;
  end: Seconds;
  /** in the track found, nearest first */
  matches: Match[];
};

export type Hit = {
  /** from 1 on, pages counted in */
  rank: number;
  track: Track;
  /** log-odds learned from ratings, by which the result is re-ordered; 0 when none count */
  preference: number;
  /** words: a cosine, -1 to 1. Sounds by votes: relative to the best hit, which has about 1; by mean: a cosine. */
  score: number;
  /** of sounds by the likelihood: HIGH from 0.7, MODERATE from 0.4 */
  level: 'HIGH' | 'MODERATE' | 'LOW';
  /** that this is what the words say, or sounds like the query, 0 to 1: of results at 0.8 some eight in ten are right */
  likelihood: number;
  /** the best moment: the window nearest to the words, or the nearest match */
  start: number;
  end: Seconds;
  /** null of words and by mean */
  votes: number | null;
  /** sum of 1 - distance over the votes */
  total_similarity: number | null;
  /** of sounds: the query's moments that come nearest, nearest first; of words empty */
  moments: Moment[];
};

export type QueryEcho = {
  text?: string;
  track?: Track;
  upload?: string;
  /** of an upload: what it was called */
  name?: string;
  negative: boolean;
  /** that it was cut into, without silence; 1 of words */
  windows: number;
};

/** milliseconds */
export type Timings = {
  embed: number;
  search: number;
  total: number;
};

export type SearchResult = {
  kind: 'words' | 'sounds';
  /** whether the library holds what the words say, or what sounds like the query, by the greatest likelihood: from 0.7, from 0.5, below */
  answer: 'clear' | 'doubtful' | 'none';
  /** the words say nothing that the model knows */
  unknown_words: boolean;
  /** the items in the request's order */
  query: QueryEcho[];
  model: string;
  /** of sounds */
  by: 'votes' | 'mean' | null;
  /** of words */
  rank: 'mean' | 'best' | 'top3' | 'moments' | null;
  /** of the query, that searched; 1 of words; 0: silence */
  windows: number;
  /** seconds of sound in a window */
  window: number;
  /** seconds from one window to the next */
  hop: number;
  offset: number;
  /** that re-ordered the result */
  ratings: number;
  /** tracks compared */
  searched: number;
  /** tracks left out: they have no vectors of this model */
  without_vectors: number;
  /** an upload that could be decoded only in part */
  warnings: string[];
  /** in words, what is not wanted: said so in a text ("calm piano, no drums"), or by a negative item */
  without: string[];
  /** of sounds: tracks of the query; they are not among the results, unless `include_self` says so */
  self: Track[];
  results: Hit[];
  timings_ms: Timings;
};

export type LikeRequest = {
  /** at least one sound counts for */
  items: QueryItem[];
  /** at most so many results */
  k?: number;
  /** after leaving out so many */
  offset?: number;
  /** only tracks of which this is true: `genre = 'Jazz' and duration < 300` (docs/FIND.md) */
  where?: string;
  /** only tracks of this source */
  source?: number;
  /** ratings re-order the result (docs/RATE.md) */
  ratings?: boolean;
  /** of sounds: votes of windows, or one mean vector a track */
  by?: 'votes' | 'mean';
  /** nearest tracks that each window of the query votes for, at least */
  neighbours?: number;
  /** of the score */
  votes_weight?: number;
  /** of the score */
  similarity_weight?: number;
  /** moments of the query shown for a result */
  inputs?: number;
  /** matches shown for each of those */
  clips?: number;
  /** keeps the tracks of the query in the result */
  include_self?: boolean;
};

export type Wording = {
  text: string;
  /** the best result's score */
  best: number;
  /** of the k best results' scores */
  mean: number;
  level: Level;
  /** of the best result */
  likelihood: number;
  answer: 'clear' | 'doubtful' | 'none';
};

export type Wordings = {
  text: string;
  /** the text and its other known wordings, best first; empty when none is known */
  wordings: Wording[];
  /** the best of the others, where it answers more clearly than the text: not `none`, and its likelihood is at least 0.2 higher */
  clearer: string | null;
};

export type MatchRequest = {
  upload: string;
  start?: number;
  duration?: number;
};

export type MatchResult = {
  /** empty when it is not here */
  results: Array<{
    rank: number;
    track: Track;
    /** where in the track the sound begins, seconds; negative when the track begins only later in it */
    offset: number;
    /** the part of the sound that is this track */
    start: number;
    end: number;
    votes: number;
    confidence: number;
  }>;
  /** tracks compared */
  searched: number;
  /** tracks that could not be: scan their sources again */
  without_fingerprint: number;
  warnings: string[];
};

export type ScoreRequest = {
  tracks?: Id[];
  uploads?: string[];
  texts?: string[];
  /** one question in several wordings */
  questions?: Array<{
    name: string;
    wordings: string[];
  }>;
};

export type TextScore = {
  text: string;
  rank: number;
  mean: number;
  max: number;
  min: number;
  std: number;
  level: Level;
  /** of the mean, as of a search's results */
  likelihood: number;
  best_start: Seconds;
  best_end: Seconds;
  /** of a question in several wordings, best first */
  wordings: TextScore[];
};

export type ScoreResult = {
  model: string;
  window: number;
  hop: number;
  results: Array<{
    track: Track | null;
    upload: string | null;
    duration: Seconds;
    windows: number;
    /** best first */
    scores: TextScore[];
  }>;
  skipped: SkippedSound[];
};

export type LabelSets = {
  sets: Array<{
    name: string;
    labels: number;
    /** of labels */
    groups: number;
    /** {} stands for a label */
    templates: string[];
  }>;
};

/** tracks or uploads, and either a set or labels */
export type ClassifyRequest = {
  tracks?: Id[];
  uploads?: string[];
  /** a set's name */
  set?: string;
  labels?: string[];
  /** what the labels are put into; {} stands for a label */
  templates?: string[];
  /** labels of each sound */
  k?: number;
  /** also say when a sound is none of these */
  none?: boolean;
};

export type ClassifyResult = {
  model: string;
  set: string | null;
  window: Seconds;
  hop: Seconds;
  results: Classified[];
  skipped: SkippedSound[];
};

export type Classified = {
  track: Track | null;
  upload: string | null;
  duration: Seconds;
  windows: number;
  /** the lowest label or group of labels that is probable by a half or more, else the best */
  answer: {
    label: string;
    probability: number;
    /** by the likelihood of the best label */
    is: 'clear' | 'doubtful' | 'none';
  };
  /** it is none of the labels; only where it was asked */
  none?: boolean;
  /** what it rather is, of AudioSet's names */
  instead?: string | null;
  /** best first */
  labels: LabelScore[];
};

export type LabelScore = {
  label: string;
  /** cosine */
  score: number;
  /** among the labels asked about */
  probability: number;
  /** with the labels below it */
  total: number;
  /** its score is HIGH, whatever the others have */
  holds: boolean;
  /** of this label by itself, whatever the others have */
  likelihood: number;
};

export type SkippedSound = {
  track: number | null;
  upload: string | null;
  code: string;
  reason: string;
};

/** tracks or uploads */
export type CaptionRequest = {
  tracks?: Id[];
  uploads?: string[];
};

export type CaptionResult = {
  model: string;
  results: Caption[];
  skipped: SkippedSound[];
};

export type Caption = {
  track: Track | null;
  upload: string | null;
  /** a sentence */
  caption: string;
  level: Level;
  /** what the sentence says; none when nothing is sure */
  parts: Array<{
    kind: 'genre' | 'mood' | 'instrument' | 'voice' | 'event';
    text: string;
    /** cosine */
    score: number;
    level: Level;
  }>;
};

export type List = {
  model: string;
  duration: Seconds;
  /** tracks that could have been listed */
  searched: number;
  /** tracks left out: they have no vectors of this model */
  without_vectors: number;
  /** by words: whether the library holds what they say; else null */
  answer: 'clear' | 'doubtful' | 'none' | null;
  /** what the words say is not wanted */
  without: string[];
  /** of a journey: there is no way of that many steps */
  shorter: boolean;
  /** in playing order */
  tracks: Array<{
    track: Track;
    /** words and radio: a cosine. Of a journey: how far on the way it is, 0 to 1 */
    score: number;
    /** its distance from the one before; 0 of the first */
    step: number;
  }>;
};

export type Duplicates = {
  groups: Array<Array<{
    track: Track;
    /** to the first one: the same bytes, the same recording, or nearly */
    likeness: 'best' | 'identical' | 'same' | 'near';
    lossless: boolean;
    bytes: number;
    bits_per_second: number;
    /** share of the shorter one in which both agree */
    overlap: number;
    /** where it begins in the first one, seconds */
    offset: number;
  }>>;
  /** compared */
  tracks: number;
  without_fingerprint: number;
  bytes_beside_best: number;
};

export type Clusters = {
  model: string;
  /** how well they are apart, -1 to 1 */
  silhouette: number;
  clusters: Array<{
    /** what sets it apart; may be none */
    names: string[];
    silhouette: number;
    /** the most central first */
    tracks: Id[];
  }>;
};

export type TagRequest = {
  add?: string[];
  remove?: string[];
};

export type Tags = {
  tags: Array<{
    label: string;
    /** that it was found in; null: a person's own */
    set: string | null;
    score: number;
    probability: number;
    /** that it holds; 1 of a person's */
    likelihood: number;
    /** added or confirmed */
    by_person: boolean;
  }>;
};

/** a track or an upload, and either a set or labels */
export type EventsRequest = {
  track?: Id;
  upload?: string;
  /** a set's name */
  set?: string;
  labels?: string[];
  templates?: string[];
  start?: Seconds;
  /** seconds from start on */
  duration?: number;
  /** the least likelihood of an event */
  min?: number;
};

export type EventsResult = {
  model: string;
  start: Seconds;
  end: Seconds;
  min: number;
  events: Event[];
  warnings: string[];
};

export type Event = {
  label: string;
  start: Seconds;
  end: Seconds;
  /** mean of the short windows in it */
  score: number;
  level: Level;
  likelihood: number;
};

export type EmbedRequest = {
  texts?: string[];
  uploads?: string[];
  tracks?: Id[];
  /** of sounds: each window's vector too */
  windows?: boolean;
  encoding?: 'float' | 'base64';
};

/** vector: the mean of its windows' vectors, of length 1 */
export type EmbeddedSound = {
  upload?: string;
  track?: Id;
  duration: Seconds;
  vector: Vector;
  windows?: Array<{
    start: Seconds;
    end: Seconds;
    vector: Vector;
  }>;
};

export type EmbedResult = {
  model: string;
  dimension: number;
  /** unit vectors, in the request's order */
  texts: Vector[];
  /** uploads, then tracks */
  sounds: EmbeddedSound[];
};

export type VectorSearchRequest = {
  /** of the model's dimension; scaled to length 1 first */
  vectors: Vector[];
  of?: 'windows' | 'tracks';
  /** of tracks; cosine: of the normalised mean, as tracks are compared with each other */
  rank?: 'mean' | 'cosine' | 'best' | 'top3';
  /** at most so many results */
  k?: number;
  /** only tracks of which this is true: `genre = 'Jazz' and duration < 300` (docs/FIND.md) */
  where?: string;
  /** only tracks of this source */
  source?: number;
};

export type VectorSearchResult = {
  model: string;
  of: 'windows' | 'tracks';
  /** for each vector */
  results: Array<Array<{
    rank: number;
    track: Track;
    /** cosine */
    score: number;
    start?: Seconds;
    end?: Seconds;
  }>>;
};

export type Upload = {
  /** not to be guessed */
  id: string;
  /** as the client called it */
  name: string;
  bytes: number;
  duration: Seconds;
  /** when only a part could be decoded */
  warning: string | null;
  expires: string;
};

export type Peaks = {
  duration: Seconds;
  start: Seconds;
  end: Seconds;
  /** the greatest magnitude in each of equally long stretches; 255 is full scale */
  peaks: number[];
};

export type Playlist = {
  id: Id;
  name: string;
  /** the token that it was made with; null: the owner of the library */
  owner: string | null;
  added: string;
  changed: string;
  count: number;
  duration: Seconds;
};

export type PlaylistDetails = {
  id: Id;
  name: string;
  /** the token that it was made with; null: the owner of the library */
  owner: string | null;
  added: string;
  changed: string;
  count: number;
  duration: Seconds;
  /** in the list's order */
  tracks: Track[];
};

export type PlaylistRequest = {
  name?: string;
  /** in this order; may stand there twice */
  tracks?: Id[];
};

export type Rating = {
  track: Id;
  /** '' for any query */
  query: string;
  rating: -1 | 0 | 1;
  rated?: string;
};

export type Levels = {
  /** scores from here on are HIGH */
  high: number;
  /** the score of likelihood 0.7 */
  clear: number;
  /** scores from here on are MODERATE; the score of likelihood 0.4 */
  moderate: number;
  /** where the numbers come from */
  how: string;
};

export type Model = {
  name: string;
  fingerprint: string;
  dimension: number;
  window: number;
  hop: number;
  precision: string;
  tracks: number;
  /** of these: three windows of a quick pass stand for the whole */
  quick_tracks: number;
  windows: number;
  /** the server searches these vectors */
  active: boolean;
};

export type Models = {
  active: {
    name: string;
    architecture: string;
    parameters: number;
    dimension: number;
    sample_rate: number;
    precision: string;
    max_window: number;
    logit_scale: number;
    levels: Levels;
  };
  /** those that the library holds vectors of */
  models: Model[];
};

export type Source = {
  id: Id;
  /** for people to read */
  path: string;
  tracks: number;
  added: string;
};

export type Sources = {
  sources: Source[];
  /** folders that the owner allows to be indexed (serve --allow-root) */
  roots: Array<{
    id: number;
    path: string;
  }>;
};

export type Facet = {
  /** empty: not tagged */
  value: string;
  tracks: number;
};

export type Facets = {
  /** most tracks first, at most 200 */
  genres: Facet[];
  artists: Facet[];
  albums: Facet[];
  tags: Facet[];
};

/** A folder, looked into. */
export type Folders = {
  path: string;
  /** the home folder of who runs the server */
  home: string;
  /** files directly in it that are named like sound; null: not known */
  sounds: number | null;
  /** all of it was read; else there may be more sounds and folders */
  complete: boolean;
  /** folders left out because their names are no text; the command line can index them */
  unnameable: number;
  /** those in it that are not hidden, as people sort */
  folders: Folder[];
};

export type Folder = {
  name: string;
  path: string;
  /** files directly in it that are named like sound; null: not counted, as behind a link */
  sounds: number | null;
  /** all of it was read; else there may be more */
  complete: boolean;
  /** a link to a folder elsewhere */
  link: boolean;
};

/** One of source, root and folder. */
export type JobRequest = {
  /** scan this source again */
  source?: number;
  /** index this allowed folder */
  root?: number;
  /** index this folder of the server's computer, by its full path; with the setup token, as GET /api/v1/folders */
  folder?: string;
  /** forget the tracks that are missing */
  prune?: boolean;
  /** three windows of each track, to be found at once; another job without it goes on with the whole */
  quick?: boolean;
  /** at idle priority */
  background?: boolean;
};

export type Job = {
  id: Id;
  state: 'queued' | 'running' | 'paused' | 'done' | 'cancelled' | 'failed';
  /** for people to read */
  folder: string;
  source: number | null;
  root: number | null;
  quick: boolean;
  background: boolean;
  created: string;
  started: string | null;
  finished: string | null;
  progress: {
    files_done: number;
    /** 0 while folders are still read */
    files_total: number;
    skipped: number;
    audio_seconds: number;
    elapsed_seconds: number;
    /** of the work, by seconds of sound; 0 also where that is not known yet */
    part_done: number;
    /** at the rate so far; null while that says too little */
    seconds_left: number | null;
    /** the file being worked on, below its folder */
    current: string;
  };
  report: JobReport | null;
  /** when it is over; at most 1000 */
  skipped: FileNote[];
  warnings: FileNote[];
  error: Problem | null;
};

export type JobReport = {
  found: number;
  indexed: number;
  /** of these, by three windows */
  quick: number;
  /** of these, tracks that had a quick pass before */
  completed: number;
  moved: number;
  unchanged: number;
  missing: number;
  pruned: number;
  skipped: number;
  audio_seconds: number;
  elapsed_seconds: number;
};

export type FileNote = {
  /** below the job's folder */
  path: string;
  code: string;
  reason: string;
};

export type Info = {
  version: string;
  library: {
    /** of the library's file */
    name: string;
    tracks: number;
    missing: number;
    /** of the tracks: three windows of a quick pass stand for the whole */
    quick_tracks: number;
    windows: number;
    audio_seconds: number;
    bytes: number;
  };
  /** that searches; null: the library is empty */
  model: string | null;
  levels: Levels;
  window: number;
  hop: number;
  /** a token is asked for */
  token: boolean;
  /** what the caller may do; each includes those before it */
  right: 'read' | 'rate' | 'admin';
  limits: {
    upload_bytes: number;
    upload_seconds: number;
    json_bytes: number;
  };
  /** optional parts that are there: library (folders and lists of tracks), sound (of tracks: audio, waveforms, covers), match, playlists, ratings, map, features, folders (any folder of its computer can be chosen, with the setup token) */
  can: string[];
};

export type Sessions = {
  sessions: Array<{
    id: Id;
    /** the name of the token that it logged in with; null: that of serve --token */
    token: string | null;
    /** where it logged in from */
    address: string;
    /** as it called itself then */
    browser: string;
    began: string;
    seen: string;
    /** it is the one that asks */
    current: boolean;
  }>;
};

export type Map = {
  model: string;
  /** share of the variance that each axis shows */
  axes: number[];
  genres: string[];
  /** column by column, one entry for each track */
  id: number[];
  x: number[];
  y: number[];
  /** place in `genres`; -1: none */
  genre: number[];
};

export interface Routes {
  /** What the server is and has */
  'GET /api/v1/info': {
    answer: Info;
  };
  /** Log in: the token becomes a cookie, for players and pictures, which cannot send a header */
  'POST /api/v1/session': {
    body: {
      token: string;
    };
    answer: void;
  };
  /** Log out */
  'DELETE /api/v1/session': {
    answer: void;
  };
  /** Browsers that have logged in: all with the right admin, else those of the same token */
  'GET /api/v1/sessions': {
    answer: Sessions;
  };
  /** End a session: its cookie is worth nothing from then on */
  'DELETE /api/v1/sessions/{session}': {
    path: {
      session: number;
    };
    answer: void;
  };
  /** Search by words */
  'GET /api/v1/search': {
    query: {
      q: string;
      not?: string[];
      k?: number;
      offset?: number;
      rank?: 'mean' | 'best' | 'top3' | 'moments';
      ensemble?: boolean;
      ratings?: boolean;
      where?: string;
      source?: number;
    };
    answer: SearchResult;
  };
  /** Search by words, uploads, tracks, or arithmetic of them */
  'POST /api/v1/search': {
    body: SearchRequest;
    answer: SearchResult;
  };
  /** Recommend: tracks that sound like a file, an upload, tracks */
  'POST /api/v1/like': {
    query?: {
      k?: number;
      by?: 'votes' | 'mean';
      neighbours?: number;
      inputs?: number;
      clips?: number;
      offset?: number;
      start?: number;
      duration?: number;
      ratings?: boolean;
      where?: string;
      source?: number;
    };
    body: LikeRequest | Blob;
    answer: SearchResult;
  };
  /** Find the very recording, and where in it */
  'POST /api/v1/match': {
    query?: {
      start?: number;
      duration?: number;
    };
    body: MatchRequest | Blob;
    answer: MatchResult;
  };
  /** How other wordings of a text would find */
  'GET /api/v1/wordings': {
    query: {
      q: string;
      not?: string[];
      k?: number;
      rank?: 'mean' | 'best' | 'top3' | 'moments';
      ensemble?: boolean;
      where?: string;
      source?: number;
    };
    answer: Wordings;
  };
  /** Score many sounds under many texts */
  'POST /api/v1/score': {
    body: ScoreRequest;
    answer: ScoreResult;
  };
  /** Sound or words in, vectors out */
  'POST /api/v1/embed': {
    query?: {
      windows?: boolean;
      encoding?: 'float' | 'base64';
    };
    body: EmbedRequest | Blob;
    answer: EmbedResult;
  };
  /** Vectors in, tracks or windows out */
  'POST /api/v1/vectors/search': {
    body: VectorSearchRequest;
    answer: VectorSearchResult;
  };
  /** The sets of labels that the program carries */
  'GET /api/v1/labels': {
    answer: LabelSets;
  };
  /** Say what sounds are, of a set of labels */
  'POST /api/v1/classify': {
    body: ClassifyRequest;
    answer: ClassifyResult;
  };
  /** Say when in a sound each label is heard */
  'POST /api/v1/events': {
    body: EventsRequest;
    answer: EventsResult;
  };
  /** Say in a sentence what sounds are */
  'POST /api/v1/caption': {
    body: CaptionRequest;
    answer: CaptionResult;
  };
  /** Tracks in groups of like sound, named */
  'GET /api/v1/clusters': {
    query?: {
      k?: number;
    };
    answer: Clusters;
  };
  /** Hand over a sound, to use it in queries for an hour */
  'POST /api/v1/uploads': {
    query?: {
      name?: string;
    };
    body: Blob;
    answer: Upload;
  };
  /** An upload */
  'GET /api/v1/uploads/{upload}': {
    path: {
      upload: string;
    };
    answer: Upload;
  };
  /** Forget an upload */
  'DELETE /api/v1/uploads/{upload}': {
    path: {
      upload: string;
    };
    answer: void;
  };
  /** The file as it came */
  'GET /api/v1/uploads/{upload}/audio': {
    path: {
      upload: string;
    };
    answer: Blob;
  };
  /** A part as WAV */
  'GET /api/v1/uploads/{upload}/excerpt': {
    path: {
      upload: string;
    };
    query: {
      start: number;
      end: number;
    };
    answer: Blob;
  };
  /** Waveform */
  'GET /api/v1/uploads/{upload}/peaks': {
    path: {
      upload: string;
    };
    query: {
      count?: number;
      start?: number;
      end?: number;
    };
    answer: Peaks;
  };
  /** List tracks */
  'GET /api/v1/tracks': {
    query?: {
      limit?: number;
      offset?: number;
      sort?: 'id' | 'title' | 'artist' | 'album' | 'genre' | 'duration' | 'added' | 'path' | 'tempo' | 'key' | 'loudness';
      order?: 'asc' | 'desc';
      id?: number[];
      missing?: boolean;
      where?: string;
      source?: number;
    };
    answer: Tracks;
  };
  /** One track */
  'GET /api/v1/tracks/{track}': {
    path: {
      track: number;
    };
    answer: TrackDetails;
  };
  /** The file, as it is */
  'GET /api/v1/tracks/{track}/audio': {
    path: {
      track: number;
    };
    query: {
      download?: boolean;
    };
    answer: Blob;
  };
  /** A moment as WAV */
  'GET /api/v1/tracks/{track}/excerpt': {
    path: {
      track: number;
    };
    query: {
      start: number;
      end: number;
    };
    answer: Blob;
  };
  /** Waveform */
  'GET /api/v1/tracks/{track}/peaks': {
    path: {
      track: number;
    };
    query: {
      count?: number;
      start?: number;
      end?: number;
    };
    answer: Peaks;
  };
  /** The picture in the file, or beside it */
  'GET /api/v1/tracks/{track}/cover': {
    path: {
      track: number;
    };
    query: {
      if_any?: boolean;
    };
    answer: Blob;
  };
  /** More like this */
  'GET /api/v1/tracks/{track}/similar': {
    path: {
      track: number;
    };
    query: {
      k?: number;
      by?: 'votes' | 'mean';
      neighbours?: number;
      inputs?: number;
      clips?: number;
      offset?: number;
      ratings?: boolean;
      where?: string;
      source?: number;
    };
    answer: SearchResult;
  };
  /** Thumb up, down, or neither */
  'PUT /api/v1/tracks/{track}/rating': {
    path: {
      track: number;
    };
    body: {
      rating: -1 | 0 | 1;
      /** of this query only */
      query?: string;
    };
    answer: Rating;
  };
  /** Say which labels hold of it, and which do not */
  'PUT /api/v1/tracks/{track}/tags': {
    path: {
      track: number;
    };
    body: TagRequest;
    answer: Tags;
  };
  /** All ratings */
  'GET /api/v1/ratings': {
    query?: {
      query?: string;
    };
    answer: {
      ratings: Rating[];
    };
  };
  /** All playlists */
  'GET /api/v1/playlists': {
    answer: {
      playlists: Playlist[];
    };
  };
  /** A new playlist */
  'POST /api/v1/playlists': {
    body: PlaylistRequest;
    answer: PlaylistDetails;
  };
  /** One playlist */
  'GET /api/v1/playlists/{playlist}': {
    path: {
      playlist: number;
    };
    answer: PlaylistDetails;
  };
  /** Rename it, or replace its tracks */
  'PUT /api/v1/playlists/{playlist}': {
    path: {
      playlist: number;
    };
    body: PlaylistRequest;
    answer: PlaylistDetails;
  };
  /** Delete it */
  'DELETE /api/v1/playlists/{playlist}': {
    path: {
      playlist: number;
    };
    answer: void;
  };
  /** As a file for players */
  'GET /api/v1/playlists/{playlist}/export': {
    path: {
      playlist: number;
    };
    query: {
      format?: 'm3u8' | 'xspf';
    };
    answer: Blob;
  };
  /** Tracks by a description, in an order to listen to */
  'GET /api/v1/lists/words': {
    query: {
      q: string;
      minutes?: number;
      where?: string;
      source?: number;
    };
    answer: List;
  };
  /** A way from one track to another */
  'GET /api/v1/lists/journey': {
    query: {
      from: Id;
      to: Id;
      steps?: number;
      where?: string;
      source?: number;
    };
    answer: List;
  };
  /** What to play after some tracks */
  'GET /api/v1/lists/radio': {
    query: {
      track: Id[];
      minutes?: number;
      where?: string;
      source?: number;
    };
    answer: List;
  };
  /** Recordings that are in the library more than once */
  'GET /api/v1/duplicates': {
    answer: Duplicates;
  };
  /** Models */
  'GET /api/v1/models': {
    answer: Models;
  };
  /** Folders that are indexed, and those that may be */
  'GET /api/v1/sources': {
    answer: Sources;
  };
  /** Genres, artists, albums and tags with their numbers of tracks */
  'GET /api/v1/facets': {
    answer: Facets;
  };
  /** Tracks as points */
  'GET /api/v1/map': {
    answer: Map;
  };
  /** Folders of the server's computer, to choose one to index */
  'GET /api/v1/folders': {
    query?: {
      path?: string;
    };
    answer: Folders;
  };
  /** Indexing jobs */
  'GET /api/v1/jobs': {
    answer: {
      jobs: Job[];
    };
  };
  /** Index a folder */
  'POST /api/v1/jobs': {
    body: JobRequest;
    answer: Job;
  };
  /** One job */
  'GET /api/v1/jobs/{job}': {
    path: {
      job: number;
    };
    answer: Job;
  };
  /** Its progress as it happens */
  'GET /api/v1/jobs/{job}/events': {
    path: {
      job: number;
    };
    answer: Blob;
  };
  /** Pause it */
  'POST /api/v1/jobs/{job}/pause': {
    path: {
      job: number;
    };
    answer: Job;
  };
  /** Go on */
  'POST /api/v1/jobs/{job}/resume': {
    path: {
      job: number;
    };
    answer: Job;
  };
  /** Stop it; what is indexed stays */
  'POST /api/v1/jobs/{job}/cancel': {
    path: {
      job: number;
    };
    answer: Job;
  };
  /** The process runs */
  'GET /health': {
    answer: {
      status: 'ok';
    };
  };
}
