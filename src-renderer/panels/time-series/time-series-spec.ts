import type { TopLevelSpec } from 'vega-lite';
import type { TimeSeriesPanel } from '../../../core/dashboard/document.ts';
import type { Unit } from '../../../core/telemetry/unit.ts';
import { prefixOf, symbolOf, type Shown } from '../../format/quantity.ts';
import type { Zone } from '../../settings/settings.ts';
import type { Palette } from '../../theme/read-palette.ts';
import { area } from '../../tucan/area.ts';
import { lineplot, step } from '../../tucan/lineplot.ts';
import { plotTheme } from '../../tucan/plot-theme.ts';
import type { Plot } from '../../tucan/plot.ts';
import { inTimeWindow } from '../../tucan/time-window.ts';
import { unitsAxis } from '../../tucan/units-axis.ts';
import type { ChartRow } from './chart-row.ts';

export const rowsName = 'rows';
const data = { name: rowsName };
const fields = ['time', 'value'] as const;

export interface TimeSeriesLook {
  readonly mark: TimeSeriesPanel['options']['mark'];
  /** Numbers are of whole periods, hence level over each. */
  readonly periods: boolean;
  readonly threshold: number | undefined;
  readonly mirrorOut: boolean;
  /** Earlier periods are among the lines. */
  readonly compares: boolean;
  readonly unit: Unit;
  readonly shown: Shown;
  readonly zone: Zone;
  readonly palette: Palette;
  readonly size: { readonly width: number; readonly height: number };
  readonly range: { readonly fromMs: number; readonly toMs: number };
}

const earlierMark = { strokeWidth: 1.5, strokeDash: [3, 4] };
const level = { interpolate: 'step-after' };
/** One error in ten seconds must still leave the floor. */
const leastRate = 0.1;

function markOf(mark: TimeSeriesLook['mark']): Plot<ChartRow> {
  switch (mark) {
    case 'line':
      return lineplot<ChartRow>(data, fields);
    case 'area':
      return area<ChartRow>(data, fields);
    case 'stacked':
      return area<ChartRow>(data, fields, { stack: 'stacked' });
    case 'steps':
      return step<ChartRow>(data, fields);
    default:
      return mark satisfies never;
  }
}

/** Short symbols stand behind every number of the axis; longer ones are said once, in the panel's subtitle. */
function axisSuffix(unit: Unit, shown: Shown): string {
  const symbol = symbolOf(unit, shown);
  return symbol === '%' || symbol === '/s' ? symbol : '';
}

export function timeSeriesSpec(look: TimeSeriesLook): TopLevelSpec {
  const { unit, shown, mirrorOut, threshold, palette, range, zone, size } = look;
  const axis = unitsAxis({
    prefix: prefixOf(unit, shown),
    suffix: axisSuffix(unit, shown),
    mirrored: mirrorOut,
  });
  let plot = markOf(look.mark)
    .colorFrom('color', 'series')
    .encode('y', axis)
    .encode('y', { scale: { zero: startsAtZero(unit), nice: 4 } })
    .setTheme(plotTheme(palette))
    .setWidth(size.width)
    .setHeight(size.height);
  const areas = look.mark === 'area' || look.mark === 'stacked';
  if (look.periods) plot = plot.markWith(level);
  // An earlier period is a line over areas, and no part of a stack.
  if (areas && look.compares)
    plot = plot.lineWhere('datum.earlier', { ...earlierMark, ...(look.periods && level) });
  // The rest, which comes last, lies on top.
  if (look.mark === 'stacked') plot = plot.encode('order', { field: 'series', sort: 'ascending' });
  if (!areas) plot = plot.strokeDashBy('dash');
  if (startsAtZero(unit)) plot = plot.reachTo(shown === 'rate' ? leastRate : 1);
  if (threshold !== undefined) plot = plot.hruler(threshold, { color: palette.threshold });
  return inTimeWindow(plot, { ...range, zone }).toSpec();
}

/** Levels that are never near zero would be pressed flat by it. */
function startsAtZero(unit: Unit): boolean {
  return !['Cel', 'dB[mW]', 'V', 'ns'].includes(unit);
}
