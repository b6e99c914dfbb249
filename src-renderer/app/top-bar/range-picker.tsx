import { useState } from 'react';
import { parseDuration } from '../../../core/query/time-range.ts';
import { setRange, useViewTime } from '../../time/view-time.ts';
import { Segmented } from '../../ui/segmented.tsx';

const presets = ['15m', '1h', '3h', '24h'] as const;
type Preset = (typeof presets)[number];

/** The usual ranges at a click, any other typed: `45m`, `12h`, `7d`. */
export function RangePicker() {
  const { range } = useViewTime();
  const preset = presets.find((one) => one === range) ?? null;
  return (
    <div className="range-picker">
      <Segmented<Preset>
        label="Time range"
        segments={presets.map((value) => ({ value, label: value, title: `The last ${value}` }))}
        value={preset}
        onChange={setRange}
      />
      <CustomRange key={range} current={preset === null ? range : ''} />
    </div>
  );
}

function CustomRange({ current }: { current: string }) {
  const [text, setText] = useState(current);
  const readable = text === '' || parseDuration(text).ok;
  const apply = () => {
    if (text !== '' && text !== current && readable) setRange(text.trim());
  };
  return (
    <input
      className="range-custom"
      aria-label="Other time range, for example 45m, 12h or 7d"
      title="Other range: 45m, 12h, 7d"
      placeholder="other"
      value={text}
      aria-invalid={!readable || undefined}
      onChange={(event) => setText(event.target.value)}
      onBlur={apply}
      onKeyDown={(event) => {
        if (event.key === 'Enter') apply();
        if (event.key === 'Escape') setText(current);
      }}
    />
  );
}
