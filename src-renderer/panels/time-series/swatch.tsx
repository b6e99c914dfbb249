import './swatch.css';

interface SwatchProps {
  readonly color: string;
  readonly dash: readonly number[];
}

/** A piece of the line it stands for, dashes and all: colours repeat where there are many lines. */
export function Swatch({ color, dash }: SwatchProps) {
  return (
    <svg
      className="swatch"
      viewBox="0 0 14 3"
      aria-hidden="true"
      data-dashed={dash.length > 0 || undefined}
    >
      <path d="M0 1.5h14" stroke={color} strokeWidth="3" strokeDasharray={dash.join(' ')} />
    </svg>
  );
}
