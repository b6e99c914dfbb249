/** Vega-Lite configuration for a set of colours: no frame, faint horizontal grid, four ticks, quiet labels. */
export interface PlotColors {
  readonly text: string;
  readonly muted: string;
  readonly grid: string;
  readonly series: readonly string[];
  readonly font: string;
}

export type PlotTheme = Readonly<Record<string, unknown>>;

export function plotTheme(colors: PlotColors): PlotTheme {
  const axis = {
    labelColor: colors.muted,
    labelFont: colors.font,
    labelFontSize: 11,
    titleColor: colors.muted,
    titleFont: colors.font,
    titleFontSize: 11,
    titleFontWeight: 400,
    domain: false,
    ticks: false,
    labelPadding: 6,
  };
  return {
    background: 'transparent',
    font: colors.font,
    view: { stroke: null, fill: null },
    title: {
      color: colors.text,
      font: colors.font,
      fontSize: 12.5,
      fontWeight: 600,
      anchor: 'start',
    },
    axisX: {
      ...axis,
      grid: false,
      labelFlush: false,
      labelBound: true,
      labelOverlap: 'greedy',
      labelSeparation: 8,
    },
    axisY: { ...axis, grid: true, gridColor: colors.grid, gridWidth: 1, tickCount: 4 },
    range: { category: colors.series },
    rule: { color: colors.muted },
    aria: false,
  };
}
