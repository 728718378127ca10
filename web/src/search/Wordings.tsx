// Other wordings of the words, with what they would score: models have heard some words more often than others.
import { call } from '../api';
import { score } from '../format';
import { useLoad } from '../load';
import { condition, isText, queryAddress, words, type Query } from '../query';
import { go } from '../route';

export function Wordings({ query }: { query: Query }) {
  const said = words(query)?.text ?? '';
  const plain = said !== '' && query.items.every(isText) && query.items.length === 1;
  const where = condition(query).text;
  const { value, of } = useLoad(plain ? `${said}\n${where}\n${query.source}` : '', (signal) =>
    call('GET /api/v1/wordings', { query: { q: said, k: 10, ...(where && { where }), ...(query.source && { source: query.source }) } }, { signal }),
  );
  if (!plain || !value || !of.startsWith(`${said}\n`) || value.wordings.length < 2) return null;
  const own = value.wordings.find((one) => one.text === said);
  const others = value.wordings.filter((one) => one !== own).slice(0, 5);
  return (
    <p className="wordings">
      <span>
        In other words{own && <> (as asked: <b className={own.level.toLowerCase()}>{score(own.best)}</b>)</>}:
      </span>
      {others.map((one) => {
        const to = queryAddress({ ...query, items: [{ text: one.text, negative: false }] });
        return (
          <a
            key={one.text}
            href={to}
            onClick={(event) => {
              event.preventDefault();
              go(to);
            }}
          >
            {one.text} <b className={one.level.toLowerCase()}>{score(one.best)}</b>
          </a>
        );
      })}
    </p>
  );
}
