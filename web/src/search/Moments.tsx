// What an opened result shows. By sound: moments of the query, each with those of the track that match. By words: where
// in the track they fit best. And the track's particulars.
import { call, downloadUrl } from '../api';
import { clock, fine, percent, range, title, when } from '../format';
import { useHas } from '../info';
import { useLoad } from '../load';
import { ClipButton } from '../pieces/ClipButton';
import { Icon } from '../pieces/Icon';
import { Tags } from '../pieces/Tags';
import { Waveform } from '../pieces/Waveform';
import { playFrom } from '../player/player';
import { clipOfTrack } from '../player/tracks';
import { isText, toRequest, withItem, withTag, withoutFilters, emptyQuery, queryAddress, type Query } from '../query';
import { go } from '../route';
import type { Hit, SearchResult } from '../schema';
import { WhatIsThis } from '../understand/WhatIsThis';
import { Actions } from './Actions';
import { clipOf, queryClip } from './hits';

interface Props {
  hit: Hit;
  result: SearchResult;
  query: Query;
  tab: number;
}

export function Moments(props: Props) {
  const { hit, result, tab, query } = props;
  return (
    <div className="opened">
      {result.kind === 'sounds' ? <Matches {...props} /> : <BestMoments {...props} />}
      <WhatIsThis sound={{ track: hit.track.id }} name={title(hit.track)} duration={hit.track.duration} tab={tab} />
      <Particulars hit={hit} query={query} tab={tab} />
      <Actions track={hit.track} query={query} tab={tab} />
    </div>
  );
}

function Matches({ hit, result, tab }: Props) {
  if (hit.moments.length === 0) return null;
  return (
    <div className="matches">
      <p className="votes-line">
        {hit.votes !== null && (
          <>
            <b>{hit.votes}</b> {hit.votes === 1 ? 'vote' : 'votes'}, similarity <b>{fine(hit.total_similarity ?? 0)}</b> in all, score <b>{fine(hit.score)}</b>
          </>
        )}
        {hit.votes === null && (
          <>
            cosine <b>{fine(hit.score)}</b>
          </>
        )}
      </p>
      <ul>
        {hit.moments.map((moment, m) => {
          const asked = queryClip(moment, result);
          return (
            <li key={m} className="match-row">
              <div className="asked">
                <span className="tag">{asked ? asked.title : 'Your sound'}</span>
                {asked && (
                  <ClipButton
                    clip={asked}
                    label={`the sound searched with, ${asked.title}`}
                    tabIndex={tab}
                    pair={moment.matches[0] ? { query: asked, match: clipOf(hit, moment.matches[0]) } : null}
                  />
                )}
              </div>
              <span className="sounds-like" aria-hidden="true">
                <Icon name="like" size={18} />
              </span>
              <ul className="matched" aria-label={`Moments of ${title(hit.track)} that match`}>
                {moment.matches.map((match) => {
                  const clip = clipOf(hit, match);
                  return (
                    <li key={match.start}>
                      <ClipButton clip={clip} label={clip.title} tabIndex={tab} pair={asked ? { query: asked, match: clip } : null}>
                        <span className={`distance ${near(match.distance)}`} title={`Distance ${fine(match.distance)}: ${said[near(match.distance)]}`}>
                          <span className="hidden">distance </span>
                          {match.distance.toFixed(2)}
                        </span>
                      </ClipButton>
                    </li>
                  );
                })}
              </ul>
            </li>
          );
        })}
      </ul>
    </div>
  );
}

const near = (distance: number) => (distance < 0.2 ? 'close' : distance <= 0.5 ? 'near' : 'far');
const said = { close: 'very similar', near: 'similar', far: 'less similar' } as const;

function BestMoments({ hit, query, tab }: Props) {
  const words = { ...withoutFilters(query), items: query.items.filter(isText), where: `id = ${hit.track.id}`, rank: 'moments' as const };
  const { value } = useLoad(words.items.length > 0 ? JSON.stringify(words) : '', (signal) =>
    call('POST /api/v1/search', { body: toRequest(words, 5, 0) }, { signal }),
  );
  const moments = value?.results ?? [];
  const name = title(hit.track);
  const audible = useHas('sound');
  return (
    <div className="best-moments">
      <div className="wave tall">
        <Waveform
          sound={{ track: hit.track.id }}
          duration={hit.track.duration}
          marks={moments.length ? moments.map((one, i) => ({ start: one.start, end: one.end, soft: i > 0 })) : [{ start: hit.start, end: hit.end }]}
          onSeek={!audible ? undefined : (at) => playFrom(clipOfTrack(hit.track), at)}
        />
      </div>
      <ul className="matched" aria-label={`Best moments of ${name}`}>
        {moments.map((one) => (
          <li key={one.start}>
            <ClipButton clip={clipOf(hit, one)} label={name} tabIndex={tab}>
              <span className={`distance ${one.level.toLowerCase()}`} title={`score ${fine(one.score)}`}>
                <span className="hidden">likelihood </span>
                {percent(one.likelihood)}
              </span>
            </ClipButton>
            <button
              type="button"
              className="quiet small"
              tabIndex={tab}
              title="More like this moment"
              aria-label={`More like this moment of ${name}, ${range(one.start, one.end)}`}
              onClick={() =>
                go(queryAddress(withItem(emptyQuery, { track: hit.track.id, negative: false, part: { start: one.start, duration: one.end - one.start } })))
              }
            >
              <Icon name="like" size={16} />
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Particulars({ hit, query, tab }: Pick<Props, 'hit' | 'query' | 'tab'>) {
  const { track } = hit;
  const features = useLoad(`${track.id}`, (signal) => call('GET /api/v1/tracks/{track}', { path: { track: track.id } }, { signal })).value?.features;
  const measured = features
    ? [features.tempo && `${Math.round(features.tempo)} bpm`, features.key, features.loudness !== null && `${features.loudness.toFixed(1)} LUFS`].filter(
        Boolean,
      )
    : [];
  return (
    <dl className="particulars">
      <div>
        <dt>File</dt>
        <dd className="path">
          {track.path}
          {track.missing && ' (not there at present)'}
        </dd>
      </div>
      <div>
        <dt>Length</dt>
        <dd>{clock(track.duration)}</dd>
      </div>
      {track.genre && (
        <div>
          <dt>Genre</dt>
          <dd>{track.genre}</dd>
        </div>
      )}
      {track.tags.length > 0 && (
        <div>
          <dt>Tags</dt>
          <dd>
            <Tags tags={track.tags} of={title(track)} tab={tab} onTag={(tag) => go(queryAddress(withTag(query, tag)))} />
          </dd>
        </div>
      )}
      {measured.length > 0 && (
        <div>
          <dt>Measured</dt>
          <dd>{measured.join(' · ')}</dd>
        </div>
      )}
      <div>
        <dt>Indexed</dt>
        <dd>{when(track.added)}</dd>
      </div>
      {useHas('sound') && (
        <div>
          <dt className="hidden">Download</dt>
          <dd>
            <a href={downloadUrl(track.id)} download>
              <Icon name="download" size={16} /> Save the file
            </a>
          </dd>
        </div>
      )}
    </dl>
  );
}
