import { parse, View } from 'vega';
import { expressionInterpreter } from 'vega-interpreter';
import { compile, type TopLevelSpec } from 'vega-lite';
import { describe, expect, it } from 'vitest';
import { area } from '../../../src-renderer/tucan/area.ts';
import { bar } from '../../../src-renderer/tucan/bar.ts';
import { lineplot, sparkline, step } from '../../../src-renderer/tucan/lineplot.ts';
import { plotTheme } from '../../../src-renderer/tucan/plot-theme.ts';
import { inTimeWindow } from '../../../src-renderer/tucan/time-window.ts';
import { unitsAxis } from '../../../src-renderer/tucan/units-axis.ts';

interface Row {
  readonly time: number;
  readonly value: number | null;
  readonly series: string;
}

const startMs = Date.UTC(2026, 10, 21, 4);
const values: Row[] = ['a', 'b'].flatMap((series, offset) =>
  Array.from({ length: 20 }, (_, at) => ({
    time: startMs + at * 60_000,
    value: at === 9 ? null : (at + 1) * 1e9 * (offset + 1),
    series,
  })),
);
const data = { values };
const fields = ['time', 'value'] as const;
const theme = plotTheme({
  text: '#111111',
  muted: '#555555',
  grid: '#eeeeee',
  series: ['#0b6bcb', '#b35c00'],
  font: 'sans-serif',
});

const window = { fromMs: startMs, toMs: startMs + 1_200_000, zone: 'utc' as const };

const plots = {
  line: lineplot<Row>(data, fields).colorBy('series'),
  'line through gaps': lineplot<Row>(data, fields, { gaps: 'connect' }).colorBy('series'),
  step: step<Row>(data, fields).colorBy('series'),
  area: area<Row>(data, fields).colorBy('series'),
  'stacked area': area<Row>(data, fields, { stack: 'stacked' }).colorBy('series'),
  'normalised area': area<Row>(data, fields, { stack: 'normalize' }).colorBy('series'),
  bar: bar<Row>(data, ['series', 'value']),
  'bar to the right': bar<Row>(data, ['series', 'value'], { horizontal: true }).colorBy('series'),
  sparkline: sparkline<Row>(data, fields),
  'line with rules, units and a window': inTimeWindow(
    lineplot<Row>(data, fields)
      .colorBy('series')
      .strokeDashBy('series')
      .hruler(1.5e10, { color: '#c25700' })
      .vruler(startMs + 300_000)
      .encode('y', unitsAxis({ prefix: 'si', suffix: 'b/s' })),
    window,
  ),
};

async function renderSvg(spec: TopLevelSpec): Promise<string> {
  const problems: string[] = [];
  const logger = {
    level: () => logger,
    error: (text: string) => (problems.push(text), logger),
    warn: (text: string) => (problems.push(text), logger),
    info: () => logger,
    debug: () => logger,
  };
  const compiled = compile(spec, { logger }).spec;
  expect(problems).toEqual([]);
  const view = new View(parse(compiled, undefined, { ast: true }), {
    renderer: 'none',
    expr: expressionInterpreter,
  });
  const svg = await view.toSVG();
  view.finalize();
  return svg;
}

describe('tucan', () => {
  it.each(Object.entries(plots))(
    'draws a %s that the compiler takes without complaint',
    async (_, plot) => {
      const svg = await renderSvg(plot.setTheme(theme).setWidth(400).setHeight(160).toSpec());
      expect(svg).toContain('<svg');
      expect(svg).toMatch(/<path[^>]* d="[^"]{20,}/);
      expect(svg).not.toContain('NaN');
    },
  );

  it('breaks lines at nulls', async () => {
    const lines = (gaps: 'break' | 'connect') =>
      renderSvg(
        lineplot<Row>(data, fields, { gaps })
          .colorBy('series')
          .setWidth(300)
          .setHeight(100)
          .toSpec(),
      );
    const moves = (svg: string) =>
      [
        ...svg.matchAll(
          /aria-roledescription="line mark"[^>]* d="([^"]+)"|<path aria-label[^>]* d="([^"]+)"/g,
        ),
      ]
        .map((match) => match[1] ?? match[2] ?? '')
        .join('')
        .split('M').length - 1;
    expect(moves(await lines('break'))).toBe(2 * moves(await lines('connect')));
  });

  it('writes SI prefixes and the unit on the axis', async () => {
    const plot = lineplot<Row>(data, fields).encode(
      'y',
      unitsAxis({ prefix: 'si', suffix: 'b/s' }),
    );
    const svg = await renderSvg(plot.setWidth(300).setHeight(160).toSpec());
    expect(svg).toContain('>40Gb/s<');
  });

  it('writes small numbers on the axis as they are', async () => {
    const small = values.map((row) => ({ ...row, value: (row.value ?? 0) / 4e10 }));
    const plot = lineplot<Row>({ values: small }, fields).encode(
      'y',
      unitsAxis({ prefix: 'si', suffix: '/s' }),
    );
    const svg = await renderSvg(plot.setWidth(300).setHeight(160).toSpec());
    expect(svg).toContain('>0.8/s<');
    expect(svg).not.toMatch(/>\d+m\/s</);
  });

  it('draws rows of their own over a stack, not in it', async () => {
    const stack = area<Row>(data, fields, { stack: 'stacked' }).colorBy('series');
    const svgOf = (plot: typeof stack) =>
      renderSvg(
        plot
          .encode('y', unitsAxis({ prefix: 'si', suffix: '' }))
          .setWidth(300)
          .setHeight(160)
          .toSpec(),
      );
    // 20 and 40 G, one upon the other and one behind the other.
    expect(await svgOf(stack)).toContain('>60G<');
    const apart = await svgOf(stack.lineWhere("datum.series === 'b'", { strokeDash: [3, 4] }));
    expect(apart).not.toContain('>60G<');
    expect(apart).toContain('stroke-dasharray="3,4"');
  });

  it('shows a value that stands alone between two gaps', async () => {
    const alone = values.slice(0, 3).map((row, at) => ({ ...row, value: at === 1 ? 5 : null }));
    const svg = await renderSvg(
      lineplot<Row>({ values: alone }, fields).setWidth(300).setHeight(160).toSpec(),
    );
    expect(svg).toMatch(/<path[^>]* d="M[\d.]+,[\d.]+Z"[^>]*stroke-linecap="round"/);
  });

  it('leaves the plot it came from as it was', () => {
    const before = lineplot<Row>(data, fields);
    const spec = JSON.stringify(before.toSpec());
    before.setTitle('t').setWidth(10).colorBy('series').hruler(3).markWith({ color: 'red' });
    expect(JSON.stringify(before.toSpec())).toBe(spec);
  });

  it('does not take a field the rows lack', () => {
    // @ts-expect-error -- "sereis" is not a field
    expect(lineplot<Row>(data, fields).colorBy('sereis').toSpec()).toBeDefined();
  });
});
