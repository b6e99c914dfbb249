import { useId, type InputHTMLAttributes } from 'react';
import './field.css';

interface TextFieldProps
  extends Pick<
    InputHTMLAttributes<HTMLInputElement>,
    'type' | 'autoComplete' | 'placeholder' | 'inputMode' | 'name' | 'required' | 'onBlur' | 'list'
  > {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly hint?: string | undefined;
  readonly problem?: string | null | undefined;
  readonly mono?: boolean;
}

/** A labelled line of text; what is wrong with it stands below and is read out with it. */
export function TextField({
  label,
  value,
  onChange,
  hint,
  problem,
  mono = false,
  required,
  ...rest
}: TextFieldProps) {
  const id = useId();
  const noteId = `${id}-note`;
  const note = problem ?? hint;
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input
        {...rest}
        id={id}
        className={mono ? 'input mono' : 'input'}
        value={value}
        aria-required={required}
        aria-invalid={problem != null || undefined}
        aria-describedby={note === undefined || note === null ? undefined : noteId}
        spellCheck={false}
        autoCapitalize="off"
        onChange={(event) => onChange(event.target.value)}
      />
      {note != null && (
        <p id={noteId} className={problem != null ? 'field-problem' : 'field-hint'}>
          {note}
        </p>
      )}
    </div>
  );
}
