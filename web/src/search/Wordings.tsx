// Other wordings of the words, with how likely their best result is: models have heard some words more often than others.
import { call } from '../api';
import { percent } from '../format';
import { useLoad } from '../load';
import { condition, isText, queryAddress, words, type Query } from '../query';
import { go } from '../route';
import type { SearchResult, Wordings as Compared } from '../schema';

interface Props {
  query: Query;
  result: SearchResult;
  compared: Compared | undefined;
}

/** How other wordings of a query of words alone would find; undefined while that is not known. */
export function useWordings(query: Query): Compared | undefined {
  const said = words(query)?.text ?? '';
  const plain = said !== '' && query.items.every(isText) && query.items.length === 1;
  const where = condition(query).text;
  const key = plain ? `${said}\n${query.rank}\n${where}\n${query.source}` : '';
  const { value, of } = useLoad(key, (signal) =>
    call(
      'GET /api/v1/wordings',
      { query: { q: said, k: 10, rank: query.rank, ...(where && { where }), ...(query.source && { source: query.source }) } },
      { signal },
    ),
  );
  return key && of === key ? value : undefined;
}

/** The query in another wording; what the words said is not wanted stays unwanted. */
const inWords = (query: Query, result: SearchResult, text: string) =>
  queryAddress({ ...query, items: [{ text, negative: false }, ...result.without.map((one) => ({ text: one, negative: true }))] });

export function Wordings({ query, result, compared }: Props) {
  if (!compared || compared.wordings.length < 2) return null;
  const own = compared.wordings.find((one) => one.text === compared.text);
  const others = compared.wordings.filter((one) => one !== own).slice(0, 5);
  return (
    <p className="wordings">
      <span>
        In other words
        {own && (
          <>
            {' '}
            (as asked: <b className={own.level.toLowerCase()}>{percent(own.likelihood)}</b>)
          </>
        )}
        :
      </span>
      {others.map((one) => {
        const to = inWords(query, result, one.text);
        return (
          <a
            key={one.text}
            href={to}
            onClick={(event) => {
              event.preventDefault();
              go(to);
            }}
          >
            {one.text} <b className={one.level.toLowerCase()}>{percent(one.likelihood)}</b>
          </a>
        );
      })}
    </p>
  );
}

/** What the results are worth, where they are not clear, and which other words are worth more. */
export function AnswerLine({ query, result, compared }: Props) {
  if (result.answer !== 'none' && result.answer !== 'doubtful') return null;
  const nothing = result.unknown_words || result.answer === 'none';
  const clearer = compared?.wordings.find((one) => one.text === compared.clearer);
  return (
    <p className="hint answer" role="status">
      {result.unknown_words ? 'These words say nothing this model knows' : nothing ? 'Nothing here sounds like that' : 'Nothing here clearly sounds like that'}
      {clearer && (
        <>
          {'; '}
          <button type="button" className="link" onClick={() => go(inWords(query, result, clearer.text))}>
            “{clearer.text}”
          </button>{' '}
          answers {clearer.answer === 'clear' ? 'clearly' : 'better'} ({percent(clearer.likelihood)})
        </>
      )}
      {nothing ? '. Nearest:' : '. Perhaps:'}
    </p>
  );
}
