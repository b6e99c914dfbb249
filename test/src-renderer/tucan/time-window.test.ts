import { parse, View } from 'vega';
import { compile } from 'vega-lite';
import { expect, it } from 'vitest';
import { lineplot } from '../../../src-renderer/tucan/lineplot.ts';
import { inTimeWindow } from '../../../src-renderer/tucan/time-window.ts';

interface Row {
  readonly time: number;
  readonly value: number;
}

const fromMs = Date.UTC(2026, 10, 18, 7, 20);
const hourMs = 3_600_000;

/** The words below the axis of a chart that long, left to right. */
async function ticks(spanMs: number): Promise<string[]> {
  const toMs = fromMs + spanMs;
  const values = [fromMs, toMs].map((time) => ({ time, value: 1 }));
  const plot = lineplot<Row>({ values }, ['time', 'value']);
  const spec = inTimeWindow(plot, { fromMs, toMs, zone: 'utc' }).setWidth(900).toSpec();
  const view = new View(parse(compile(spec).spec), { renderer: 'none' });
  const svg = await view.toSVG();
  view.finalize();
  const axis = /role-axis-label[\s\S]*?<\/g>/.exec(svg)?.[0] ?? '';
  return Array.from(axis.matchAll(/>([^<>]+)<\/text>/g), ([, word]) => word!);
}

it.each([
  ['3 minutes', hourMs / 20],
  ['15 minutes', hourMs / 4],
  ['a day', 24 * hourMs],
  ['2 days', 48 * hourMs],
  ['4 days', 96 * hourMs],
  ['5 days', 120 * hourMs],
  ['a week', 168 * hourMs],
  ['a year', 365 * 24 * hourMs],
  ['3 years', 3 * 365 * 24 * hourMs],
])('tells the ticks of %s apart', async (_, spanMs) => {
  const words = await ticks(spanMs);
  expect(words.length).toBeGreaterThan(2);
  expect(words).toEqual([...new Set(words)]);
});
