import { Info } from 'lucide-react';
import { useId } from 'react';
import './panel-notes.css';

/** A quiet glyph for what the numbers stand for where it is not what meets the eye. Said on hover, on focus and aloud. */
export function PanelNotes({ sentences }: { sentences: readonly string[] }) {
  const id = useId();
  if (sentences.length === 0) return null;
  return (
    <span className="panel-notes">
      <button type="button" aria-label="About these numbers" aria-describedby={id}>
        <Info className="icon icon-small" />
      </button>
      <span id={id} role="tooltip" className="panel-notes-text">
        {sentences.join(' ')}
      </span>
    </span>
  );
}
