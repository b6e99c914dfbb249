/** A Vega view in an element, under the console's rules: interpreted expressions, no network, no styles of its own. */
import { changeset, type View } from 'vega';
import embed, { type Result } from 'vega-embed';
import { expressionInterpreter } from 'vega-interpreter';
import type { TopLevelSpec } from 'vega-lite';
import { denyingLoader } from './denying-loader.ts';
import { forgetRedraw, queueRedraw } from './redraw-queue.ts';

export interface ChartChange<Row> {
  readonly insert: readonly Row[];
  /** Rows to take out; `all` replaces the whole data set. */
  readonly remove: 'all' | ((row: Row) => boolean) | null;
  readonly signals?: Readonly<Record<string, unknown>>;
}

export interface ChartOptions {
  /** The data set of the specification that `update` changes. */
  readonly dataName: string;
  /** Told after every drawing, for what lies over the canvas. */
  readonly onDrawn?: (view: View) => void;
}

export class VegaChart<Row> {
  readonly #result: Result;
  readonly #dataName: string;
  readonly #onDrawn: ((view: View) => void) | undefined;
  #removed = false;

  private constructor(result: Result, { dataName, onDrawn }: ChartOptions) {
    this.#result = result;
    this.#dataName = dataName;
    this.#onDrawn = onDrawn;
  }

  /** @throws what Vega says of a specification it cannot compile. */
  static async mount<Row>(
    element: HTMLElement,
    spec: TopLevelSpec,
    options: ChartOptions,
  ): Promise<VegaChart<Row>> {
    const result = await embed(element, spec, {
      mode: 'vega-lite',
      renderer: 'canvas',
      actions: false,
      defaultStyle: false,
      tooltip: false,
      hover: false,
      ast: true,
      expr: expressionInterpreter,
      loader: denyingLoader(),
      logLevel: 1,
    });
    return new VegaChart<Row>(result, options);
  }

  get view(): View {
    return this.#result.view;
  }

  /** Changes data and signals in one of the next frames. `make` runs then, so it sees the newest state. */
  update(make: () => ChartChange<Row>): void {
    queueRedraw(this, () => {
      if (!this.#removed) this.#apply(make());
    });
  }

  resize(width: number, height: number): void {
    if (this.#removed) return;
    queueRedraw({}, () => {
      if (this.#removed) return;
      this.view.width(width).height(height).run();
      this.#onDrawn?.(this.view);
    });
  }

  remove(): void {
    if (this.#removed) return;
    this.#removed = true;
    forgetRedraw(this);
    this.#result.finalize();
  }

  #apply({ insert, remove, signals = {} }: ChartChange<Row>): void {
    for (const [name, value] of Object.entries(signals)) this.view.signal(name, value);
    if (insert.length > 0 || remove !== null) {
      let changes = changeset();
      if (remove === 'all') changes = changes.remove(() => true);
      else if (remove !== null) changes = changes.remove(remove);
      this.view.change(this.#dataName, changes.insert([...insert]));
    }
    this.view.run();
    this.#onDrawn?.(this.view);
  }
}
