import { useState } from 'react';
import {
  missingKeys,
  parseDeviceForm,
  type DeviceForm,
  type DeviceInput,
  type FormField,
  type FormProblems,
} from './device-form.ts';

export interface DeviceFormState {
  readonly form: DeviceForm;
  readonly set: (field: FormField, value: string) => void;
  /** What to show below a field: once it was left, or once all were to be sent. */
  readonly problemOf: (field: FormField) => string | undefined;
  readonly touch: (field: FormField) => void;
  /** The input, or null after every problem has been made visible. */
  readonly read: () => DeviceInput | null;
}

export function useDeviceForm(initial: DeviceForm, needsKeys: boolean): DeviceFormState {
  const [form, setForm] = useState(initial);
  const [touched, setTouched] = useState<ReadonlySet<FormField>>(new Set());
  const [all, setAll] = useState(false);

  const parsed = parseDeviceForm(form);
  const problems: FormProblems = {
    ...(needsKeys ? missingKeys(form) : {}),
    ...(parsed.ok ? {} : parsed.problem),
  };
  return {
    form,
    set: (field, value) => setForm((before) => ({ ...before, [field]: value })),
    problemOf: (field) => (all || touched.has(field) ? problems[field] : undefined),
    touch: (field) => setTouched((before) => new Set([...before, field])),
    read: () => {
      setAll(true);
      return parsed.ok && Object.keys(problems).length === 0 ? parsed.value : null;
    },
  };
}
