import { useState } from 'react';
import type { Panel } from '../../../../core/dashboard/document.ts';
import {
  formOfPanel,
  parsePanelForm,
  type PanelField,
  type PanelForm,
  type PanelProblems,
} from './panel-form.ts';

type TextName = 'title' | 'percentile' | 'timeZone' | 'groupName' | 'top' | 'earlier';

export interface PanelFormState {
  readonly form: PanelForm;
  readonly set: <Name extends PanelField>(name: Name, value: PanelForm[Name]) => void;
  /** Value, change and problem of a line of text. */
  readonly textOf: (name: TextName) => {
    readonly value: string;
    readonly onChange: (value: string) => void;
    readonly onBlur: () => void;
    readonly problem: string | undefined;
  };
  /** The panel as last typed without a mistake: what the preview shows. */
  readonly draft: Panel;
  /** The panel, or null after every problem has been made visible. */
  readonly read: () => Panel | null;
}

/** Problems show once a field was left, or once all were to be saved. */
export function usePanelForm(panel: Panel): PanelFormState {
  const [form, setForm] = useState(() => formOfPanel(panel));
  const [draft, setDraft] = useState(panel);
  const [touched, setTouched] = useState<ReadonlySet<PanelField>>(new Set());
  const [all, setAll] = useState(false);
  const parsed = parsePanelForm(form, panel);
  const problems: PanelProblems = parsed.ok ? {} : parsed.problem;

  const set: PanelFormState['set'] = (name, value) => {
    const next = { ...form, [name]: value };
    setForm(next);
    const made = parsePanelForm(next, panel);
    if (made.ok) setDraft((before) => keepingQuery(before, made.value));
  };
  return {
    form,
    set,
    textOf: (name) => ({
      value: form[name],
      onChange: (value) => set(name, value),
      onBlur: () => setTouched((before) => new Set([...before, name])),
      problem: all || touched.has(name) ? problems[name] : undefined,
    }),
    draft,
    read: () => {
      setAll(true);
      return parsed.ok ? parsed.value : null;
    },
  };
}

/** An equal question stays the same object, so that typing a title does not ask it again. */
function keepingQuery(before: Panel, next: Panel): Panel {
  const same = JSON.stringify(before.query) === JSON.stringify(next.query);
  return same ? { ...next, query: before.query } : next;
}
