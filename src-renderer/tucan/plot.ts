/**
 * A chart under construction: immutable, chainable, without a DOM. Every method answers a new plot; `toSpec()` gives the
 * Vega-Lite specification. `Row` is the shape of the data, so a misspelt field does not compile.
 */
import type { TopLevelSpec } from 'vega-lite';
import type { PlotTheme } from './plot-theme.ts';

export type Field<Row> = Extract<keyof Row, string>;

/** Rows given along, or the name of a data set that is filled and changed while the chart is up. */
export type PlotData<Row> = { readonly values: readonly Row[] } | { readonly name: string };

export type Channel = Readonly<Record<string, unknown>>;
export type Encoding = Readonly<Record<string, Channel>>;

export interface Layer {
  readonly mark: Readonly<Record<string, unknown>>;
  readonly encoding: Encoding;
  readonly data?: PlotData<unknown>;
  readonly transform?: readonly Readonly<Record<string, unknown>>[];
  /** Takes the plot's own channels, changed by those of `encoding`. */
  readonly shares?: boolean;
}

export interface PlotParts<Row> {
  readonly data: PlotData<Row>;
  readonly layers: readonly Layer[];
  readonly encoding: Encoding;
  readonly params: readonly { readonly name: string; readonly value: unknown }[];
  readonly title?: string;
  readonly width: number | 'container';
  readonly height: number | 'container';
  readonly theme?: PlotTheme;
  readonly padding: number;
}

export interface RulerOptions {
  readonly color?: string;
  readonly dash?: readonly number[];
}

export class Plot<Row> {
  readonly #parts: PlotParts<Row>;

  constructor(
    parts: Pick<PlotParts<Row>, 'data' | 'layers' | 'encoding'> & Partial<PlotParts<Row>>,
  ) {
    this.#parts = { params: [], width: 'container', height: 'container', padding: 0, ...parts };
  }

  #with(change: Partial<PlotParts<Row>>): Plot<Row> {
    return new Plot<Row>({ ...this.#parts, ...change });
  }

  /** Merges into one channel of the whole plot. */
  encode(channel: string, change: Channel): Plot<Row> {
    const { encoding } = this.#parts;
    return this.#with({
      encoding: { ...encoding, [channel]: { ...encoding[channel], ...change } },
    });
  }

  /** Changes properties of the first layer's mark. */
  markWith(change: Readonly<Record<string, unknown>>): Plot<Row> {
    const [first, ...others] = this.#parts.layers;
    if (first === undefined) return this;
    return this.#with({ layers: [{ ...first, mark: { ...first.mark, ...change } }, ...others] });
  }

  /** One colour per value of the field, from the theme's series colours. */
  colorBy(field: Field<Row>): Plot<Row> {
    return this.encode('color', { field, type: 'nominal', legend: null });
  }

  /** Colours stand in the data; `seriesField` tells one line from the next. */
  colorFrom(colorField: Field<Row>, seriesField: Field<Row>): Plot<Row> {
    return this.encode('color', {
      field: colorField,
      type: 'nominal',
      scale: null,
      legend: null,
    }).encode('detail', { field: seriesField, type: 'nominal' });
  }

  strokeDashBy(field: Field<Row>): Plot<Row> {
    return this.encode('strokeDash', { field, type: 'nominal', scale: null, legend: null });
  }

  setTitle(title: string): Plot<Row> {
    return this.#with({ title });
  }

  setWidth(width: number | 'container'): Plot<Row> {
    return this.#with({ width });
  }

  setHeight(height: number | 'container'): Plot<Row> {
    return this.#with({ height });
  }

  setTheme(theme: PlotTheme): Plot<Row> {
    return this.#with({ theme });
  }

  setPadding(padding: number): Plot<Row> {
    return this.#with({ padding });
  }

  /** A signal that code outside may set while the chart is up. */
  param(name: string, value: unknown): Plot<Row> {
    return this.#with({ params: [...this.#parts.params, { name, value }] });
  }

  /** A straight line across the plot at a value of one axis. */
  ruler(axis: 'x' | 'y', at: number, { color, dash = [4, 4] }: RulerOptions = {}): Plot<Row> {
    const layer: Layer = {
      data: { values: [{}] },
      mark: {
        type: 'rule',
        strokeDash: dash,
        clip: true,
        ...(color === undefined ? {} : { color }),
      },
      encoding: { [axis]: { datum: at, ...(axis === 'x' ? { type: 'temporal' } : {}) } },
    };
    return this.#with({ layers: [...this.#parts.layers, layer] });
  }

  /** Rows for which the expression holds are drawn as a line of their own instead, whatever the first mark is. */
  lineWhere(expression: string, mark: Readonly<Record<string, unknown>> = {}): Plot<Row> {
    const [first, ...others] = this.#parts.layers;
    if (first === undefined) return this;
    const line: Layer = {
      mark: { type: 'line', clip: true, invalid: 'break-paths-show-path-domains', ...mark },
      encoding: { y: { stack: null } },
      transform: [{ filter: expression }],
      shares: true,
    };
    const rest = { ...first, transform: [{ filter: `!(${expression})` }] };
    return this.#with({ layers: [rest, ...others, line] });
  }

  /** The value axis reaches at least this far, so that all-zero data keep an axis. */
  reachTo(value: number): Plot<Row> {
    const layer: Layer = {
      data: { values: [{}] },
      mark: { type: 'point', opacity: 0 },
      encoding: { y: { datum: value } },
    };
    return this.#with({ layers: [...this.#parts.layers, layer] });
  }

  hruler(at: number, options?: RulerOptions): Plot<Row> {
    return this.ruler('y', at, options);
  }

  vruler(at: number, options?: RulerOptions): Plot<Row> {
    return this.ruler('x', at, options);
  }

  toSpec(): TopLevelSpec {
    const { data, layers, encoding, params, title, width, height, theme, padding } = this.#parts;
    const [only, ...others] = layers.map((layer, at) =>
      unitSpec(layer, at === 0 || layer.shares ? encoding : {}),
    );
    const spec = {
      $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
      data,
      width,
      height,
      padding,
      autosize: { type: 'fit', contains: 'padding', resize: true },
      ...(params.length === 0 ? {} : { params }),
      ...(title === undefined ? {} : { title }),
      ...(theme === undefined ? {} : { config: theme }),
      ...(others.length === 0 ? only : { layer: [only, ...others] }),
    };
    // The parts are put together from loose records; the compiler in the tests says whether they are a specification.
    return spec as unknown as TopLevelSpec;
  }
}

/** A layer as a specification of its own, its channels merged over the plot's. */
function unitSpec({ mark, encoding, data, transform }: Layer, shared: Encoding) {
  const own = Object.entries(encoding).map(([channel, change]) => [
    channel,
    { ...shared[channel], ...change },
  ]);
  return {
    ...(data === undefined ? {} : { data }),
    ...(transform === undefined ? {} : { transform }),
    mark,
    encoding: { ...shared, ...Object.fromEntries(own) },
  };
}
