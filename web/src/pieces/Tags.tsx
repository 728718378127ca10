// A track's tags; a press keeps the tracks that have it.
import { Icon } from './Icon';

interface Props {
  tags: string[];
  of: string; // the track's name
  tab?: number;
  onTag: (tag: string) => void;
}

export function Tags({ tags, of, tab, onTag }: Props) {
  return (
    tags.length > 0 && (
      <ul className="tags" aria-label={`Tags of ${of}`}>
        {tags.map((tag) => (
          <li key={tag}>
            <button type="button" className="tag-chip" tabIndex={tab} title={`Only tracks tagged ${tag}`} onClick={() => onTag(tag)}>
              <span className="hidden">Only tracks tagged </span>
              {tag}
            </button>
          </li>
        ))}
      </ul>
    )
  );
}

export const tagsInRow = 2; // of all, the surest

/** A tag that narrows what is shown; stands in a list of chips. */
export const TakeOff = ({ tag, onPress }: { tag: string; onPress: () => void }) => (
  <li className="chip tag">
    <span className="name">{tag}</span>
    <button type="button" className="take-off" aria-label={`Take the tag ${tag} off`} onClick={onPress}>
      <Icon name="close" size={14} />
    </button>
  </li>
);
