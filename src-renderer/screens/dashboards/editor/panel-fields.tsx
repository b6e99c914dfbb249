import { SelectField } from '../../../ui/select-field.tsx';
import { TextField } from '../../../ui/text-field.tsx';
import { hasBuckets, hasTimeZone, offersBuckets, type PanelForm } from './panel-form.ts';
import type { PanelFormState } from './use-panel-form.ts';

type Choices<Value> = readonly { readonly value: Value; readonly label: string }[];

const functionChoices: Choices<PanelForm['function']> = [
  { value: 'value', label: 'Value' },
  { value: 'rate', label: 'Rate per second, of counters' },
  { value: 'increase', label: 'Increase, of counters' },
  { value: 'avg', label: 'Mean' },
  { value: 'min', label: 'Lowest' },
  { value: 'max', label: 'Highest' },
  { value: 'percentile', label: 'Percentile' },
  { value: 'sum', label: 'Sum' },
  { value: 'last', label: 'Last' },
  { value: 'count', label: 'Count of samples' },
];

const percentileChoices: Choices<PanelForm['percentileOf']> = [
  { value: 'samples', label: 'Samples' },
  { value: '1m', label: 'Means of 1 minute' },
  { value: '5m', label: 'Means of 5 minutes, as billed' },
];

const bucketChoices: Choices<PanelForm['buckets']> = [
  { value: 'width', label: 'As fine as can be seen' },
  { value: 'hour', label: 'An hour' },
  { value: 'day', label: 'A day' },
  { value: 'week', label: 'A week, from Monday' },
  { value: 'month', label: 'A month' },
  { value: 'range', label: 'The whole range' },
];

const groupChoices: Choices<PanelForm['groupBy']> = [
  { value: 'nothing', label: 'Nothing: every series by itself' },
  { value: 'device', label: 'Device' },
  { value: 'site', label: 'Site' },
  { value: 'tag', label: 'Tag of the device' },
  { value: 'key', label: 'Key of the path' },
];

const acrossChoices: Choices<PanelForm['across']> = [
  { value: 'sum', label: 'Their sum' },
  { value: 'avg', label: 'Their mean' },
  { value: 'min', label: 'The lowest' },
  { value: 'max', label: 'The highest' },
];

const fillChoices: Choices<PanelForm['fill']> = [
  { value: 'as-measured', label: 'Break the line at outages' },
  { value: 'null', label: 'Break the line wherever one is' },
  { value: 'previous', label: 'Hold the value before' },
  { value: 'linear', label: 'Draw a straight line' },
  { value: 'zero', label: 'Draw 0' },
];

/** Fields that mean nothing with what else is chosen are left out. */
export function PanelFields({ state }: { state: PanelFormState }) {
  const { form, set, textOf } = state;
  const named = form.groupBy === 'tag' || form.groupBy === 'key';
  return (
    <div className="panel-fields">
      <TextField label="Title" required {...textOf('title')} />
      <SelectField
        label="Function"
        value={form.function}
        choices={functionChoices}
        onChange={(value) => set('function', value)}
      />
      {form.function === 'percentile' && (
        <>
          <TextField label="Percentile" inputMode="decimal" {...textOf('percentile')} />
          <SelectField
            label="Percentile of"
            value={form.percentileOf}
            choices={percentileChoices}
            onChange={(value) => set('percentileOf', value)}
          />
        </>
      )}
      <SelectField
        label="One number for"
        value={form.buckets}
        choices={bucketChoices.filter(({ value }) => offersBuckets(value, state))}
        onChange={(value) => set('buckets', value)}
      />
      {hasTimeZone(form) && (
        <TextField
          label="Time zone"
          {...textOf('timeZone')}
          hint="for example Europe/Berlin; empty for the site's"
        />
      )}
      <SelectField
        label="Group by"
        value={form.groupBy}
        choices={groupChoices}
        onChange={(value) => set('groupBy', value)}
      />
      {named && (
        <TextField
          label={form.groupBy === 'tag' ? 'Tag' : 'Key'}
          required
          mono
          {...textOf('groupName')}
          hint={form.groupBy === 'tag' ? 'for example role' : 'for example interface/name'}
        />
      )}
      {form.groupBy !== 'nothing' && (
        <SelectField
          label="Members become one by"
          value={form.across}
          choices={acrossChoices}
          onChange={(value) => set('across', value)}
        />
      )}
      <TextField
        label="Only the highest"
        inputMode="numeric"
        {...textOf('top')}
        hint="how many; empty for all"
      />
      {form.top.trim() !== '' && (
        <label className="check-field">
          <input
            type="checkbox"
            checked={form.other}
            onChange={(event) => set('other', event.target.checked)}
          />
          The others as one line
        </label>
      )}
      {hasBuckets(form) && (
        <SelectField
          label="Where data are missing"
          value={form.fill}
          choices={fillChoices}
          onChange={(value) => set('fill', value)}
        />
      )}
      <TextField
        label="Compare with earlier"
        {...textOf('earlier')}
        hint="for example 1d or 7d; empty for nothing"
      />
    </div>
  );
}
