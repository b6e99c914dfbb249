import './severity-glyph.css';

export type Severity =
  | 'critical'
  | 'major'
  | 'minor'
  | 'warning'
  | 'indeterminate'
  | 'cleared'
  | 'unmanaged';

const shapes: Readonly<Record<Severity, { path: string; letter: string }>> = {
  critical: { path: 'M5 1h6l4 4v6l-4 4H5l-4-4V5Z', letter: 'C' },
  major: { path: 'M8 .8 15.6 15H.4Z', letter: 'M' },
  minor: { path: 'M8 .4 15.6 8 8 15.6.4 8Z', letter: 'm' },
  warning: {
    path: 'M3 1h10a2 2 0 0 1 2 2v10a2 2 0 0 1-2 2H3a2 2 0 0 1-2-2V3a2 2 0 0 1 2-2Z',
    letter: 'W',
  },
  indeterminate: { path: 'M8 1a7 7 0 1 1 0 14A7 7 0 0 1 8 1Z', letter: '?' },
  cleared: { path: 'M8 1a7 7 0 1 1 0 14A7 7 0 0 1 8 1Z', letter: '✓' },
  unmanaged: { path: 'M8 1a7 7 0 1 1 0 14A7 7 0 0 1 8 1Z', letter: '–' },
};

/** Colour, shape and letter together; the word beside it says the same. */
export function SeverityGlyph({ severity }: { severity: Severity }) {
  const { path, letter } = shapes[severity];
  return (
    <svg className="severity-glyph" viewBox="0 0 16 16" aria-hidden="true" data-severity={severity}>
      <path d={path} />
      <text x="8" y={severity === 'major' ? 13.2 : 11.6} textAnchor="middle">
        {letter}
      </text>
    </svg>
  );
}
