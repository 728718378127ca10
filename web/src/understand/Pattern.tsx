// What tells labels apart on a timeline: a colour and a pattern each, so that it takes no eye for colours.
const tile = 8;
const drawn = [
  { fill: 'M0 0h8v8H0z' },
  { stroke: 'M-2 2 2-2M0 8 8 0M6 10 10 6' },
  { stroke: 'M2 0v8M6 0v8' },
  { fill: 'M0 0h4v4H0zM4 4h4v4H4z' },
  { stroke: 'M-2 6 2 10M0 0 8 8M6-2 10 2' },
  { stroke: 'M0 2h8M0 6h8' },
  { stroke: 'M2 2h.01M6 6h.01' },
  { stroke: 'M4 0v8M0 4h8' },
];

/** Stands within an SVG; `number` counts labels from 0 on. */
export function Pattern({ id, number }: { id: string; number: number }) {
  const kind = number % drawn.length;
  const { fill, stroke } = drawn[kind] as { fill?: string; stroke?: string };
  return (
    <pattern id={id} className={`pattern-${kind}`} width={tile} height={tile} patternUnits="userSpaceOnUse">
      <path className="ground" d="M0 0h8v8H0z" />
      {fill && <path className="solid" d={fill} />}
      {stroke && <path className="lines" d={stroke} />}
    </pattern>
  );
}

export const Swatch = ({ of }: { of: string }) => (
  <svg className="pattern-swatch" width="14" height="14" aria-hidden="true">
    <rect width="14" height="14" rx="3" fill={`url(#${of})`} />
  </svg>
);
