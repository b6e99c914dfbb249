import { useEffect, useRef, useState } from 'react';
import { VegaChart } from '../../chart/vega-chart.ts';
import type { Palette } from '../../theme/read-palette.ts';
import { sparkline } from '../../tucan/lineplot.ts';
import { plotTheme } from '../../tucan/plot-theme.ts';
import { useNewest } from '../../ui/use-newest.ts';
import { useSize } from '../../ui/use-size.ts';
import type { SparkRow } from './reduce-series.ts';

const rowsName = 'rows';

/** A small line that fills its place. Decoration for the number beside it, hence hidden from screen readers. */
export function SparklineChart({ rows, palette }: { rows: readonly SparkRow[]; palette: Palette }) {
  const [host, setHost] = useState<HTMLDivElement | null>(null);
  const size = useSize(host);
  const chart = useRef<VegaChart<SparkRow> | null>(null);
  const newest = useNewest(rows);
  const width = size?.width ?? 0;
  const height = size?.height ?? 0;

  useEffect(() => {
    if (host === null || width < 20 || height < 8) return undefined;
    let abandoned = false;
    const spec = sparkline<SparkRow>({ name: rowsName }, ['time', 'value'])
      .markWith({ color: palette.accent })
      .setTheme(plotTheme(palette))
      .setWidth(width)
      .setHeight(height)
      .toSpec();
    void VegaChart.mount<SparkRow>(host, spec, { dataName: rowsName }).then((mounted) => {
      if (abandoned) return mounted.remove();
      chart.current = mounted;
      return mounted.update(() => ({ insert: newest.current, remove: 'all' }));
    });
    return () => {
      abandoned = true;
      chart.current?.remove();
      chart.current = null;
    };
  }, [host, palette, width, height, newest]);

  useEffect(() => {
    chart.current?.update(() => ({ insert: rows, remove: 'all' }));
  }, [rows]);

  return <div className="stat-spark" ref={setHost} aria-hidden="true" />;
}
