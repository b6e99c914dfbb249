import { Search } from 'lucide-react';
import './search-field.css';

interface SearchFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** A filter as one types; `/` brings the focus here, Escape empties it. */
export function SearchField({ label, value, onChange }: SearchFieldProps) {
  return (
    <label className="search-field">
      <Search className="icon icon-small" aria-hidden="true" />
      <span className="visually-hidden">{label}</span>
      <input
        type="search"
        data-screen-search=""
        placeholder={label}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') onChange('');
        }}
      />
    </label>
  );
}
