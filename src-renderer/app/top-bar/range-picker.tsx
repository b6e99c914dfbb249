import { X } from 'lucide-react';
import { useState } from 'react';
import { useNowMs } from '../../time/now.ts';
import { formatClock, formatDateTime, formatMoment, zoneLabel } from '../../time/time-format.ts';
import { parseTypedRange } from '../../time/typed-range.ts';
import { setBetween, setLive, setRange, useViewTime, useZone } from '../../time/view-time.ts';
import { Segmented } from '../../ui/segmented.tsx';

const presets = ['15m', '1h', '3h', '24h'] as const;
type Preset = (typeof presets)[number];

/** The usual ranges at a click, any other typed: `45m`, `7d`, `14:00 - 14:30`. A range with two ends says both. */
export function RangePicker() {
  const { range, rangeMs, untilMs } = useViewTime();
  const preset = presets.find((one) => one === range) ?? null;
  return (
    <div className="range-picker">
      <Segmented<Preset>
        label="Time range"
        segments={presets.map((value) => ({ value, label: value, title: `The last ${value}` }))}
        value={preset}
        onChange={setRange}
      />
      {untilMs === null ? (
        <CustomRange key={range} current={preset === null ? (range ?? '') : ''} />
      ) : (
        <FixedRange fromMs={untilMs - rangeMs} toMs={untilMs} />
      )}
    </div>
  );
}

/** Where the range stands still, and the way back to now. */
function FixedRange({ fromMs, toMs }: { fromMs: number; toMs: number }) {
  const zone = useZone();
  const nowMs = useNowMs();
  const ends = [fromMs, toMs].map((timeMs) => formatDateTime(timeMs, zone));
  const oneDay = ends[0]!.slice(0, 10) === ends[1]!.slice(0, 10);
  const from = formatMoment(fromMs, { zone, nowMs });
  const to = oneDay ? formatClock(toMs, zone) : formatMoment(toMs, { zone, nowMs });
  return (
    <button
      type="button"
      className="range-fixed"
      title={`${ends.join(' to ')} ${zoneLabel(zone, toMs)}; click to follow the clock again`}
      onClick={() => setLive(true)}
    >
      <span>
        {from} – {to}
      </span>
      <X className="icon icon-small" aria-hidden="true" />
    </button>
  );
}

function CustomRange({ current }: { current: string }) {
  const [text, setText] = useState(current);
  const zone = useZone();
  const nowMs = useNowMs();
  const time = text === current ? null : parseTypedRange(text, { zone, nowMs });
  const readable = text === '' || text === current || time !== null;
  const apply = () => {
    if (time?.kind === 'last') setRange(time.range);
    if (time?.kind === 'between') setBetween(time.fromMs, time.toMs);
  };
  return (
    <input
      className="range-custom"
      aria-label="Other time range, for example 45m, 7d or 14:00 - 14:30"
      title="Other range: 45m, 7d, 14:00 - 14:30, 2026-11-20 22:00 - 23:00"
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
