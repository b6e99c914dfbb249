import { Search } from 'lucide-react';
import { useEffect, useId, useRef, useState, type KeyboardEvent } from 'react';
import { findItems, type PaletteItem } from './palette-items.ts';
import { usePaletteItems } from './use-palette-items.ts';
import './palette.css';

interface PaletteProps {
  readonly onClose: () => void;
  readonly onKeys: () => void;
}

/** Everything by name: type, arrow, Enter. */
export function Palette({ onClose, onKeys }: PaletteProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const listId = useId();
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const found = findItems(usePaletteItems(onKeys), text);
  const current = Math.min(at, Math.max(0, found.length - 1));

  useEffect(() => dialog.current?.showModal(), []);

  const choose = (item: PaletteItem | undefined) => {
    if (item === undefined) return;
    onClose();
    item.run();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by !== undefined) {
      event.preventDefault();
      const next = (current + by + found.length) % Math.max(1, found.length);
      setAt(next);
      document.getElementById(`${listId}-${next}`)?.scrollIntoView({ block: 'nearest' });
    } else if (event.key === 'Enter') {
      event.preventDefault();
      choose(found[current]);
    }
  };

  return (
    <dialog
      ref={dialog}
      className="palette"
      aria-label="Search and actions"
      onCancel={onClose}
      onPointerDown={(event) => {
        if (event.target === dialog.current) onClose();
      }}
    >
      <div className="palette-inside">
        <div className="palette-field">
          <Search className="icon" aria-hidden="true" />
          <input
            role="combobox"
            aria-label="Search devices, dashboards and actions"
            aria-expanded="true"
            aria-controls={listId}
            aria-activedescendant={found.length > 0 ? `${listId}-${current}` : undefined}
            autoComplete="off"
            spellCheck={false}
            placeholder="Search devices, dashboards, actions"
            value={text}
            onChange={(event) => {
              setText(event.target.value);
              setAt(0);
            }}
            onKeyDown={onKeyDown}
          />
          <kbd>Esc</kbd>
        </div>
        {/* A datalist could neither be grouped nor show details. */}
        {/* oxlint-disable-next-line jsx-a11y/prefer-tag-over-role */}
        <div id={listId} role="listbox" aria-label="Found" className="palette-list">
          {found.map((item, index) => (
            // The keys are handled where the focus is, in the field above.
            // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
            <div
              key={item.id}
              id={`${listId}-${index}`}
              // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role
              role="option"
              tabIndex={-1}
              aria-selected={index === current}
              className="palette-item"
              data-first={item.group !== found[index - 1]?.group || undefined}
              data-group={item.group}
              onPointerMove={() => setAt(index)}
              onClick={() => choose(item)}
            >
              <span>{item.label}</span>
              <span className="muted palette-detail">{item.detail}</span>
            </div>
          ))}
        </div>
        {found.length === 0 && <p className="palette-nothing muted">Nothing matches "{text}".</p>}
      </div>
    </dialog>
  );
}
