import { useState } from 'react';
import type { TopPanel } from '../../../core/dashboard/document.ts';
import { formatScreenValue, quantityText } from '../../format/quantity.ts';
import type { PanelFeed } from '../../live/panel-feed.ts';
import { Link } from '../../route/link.tsx';
import { useSize } from '../../ui/use-size.ts';
import { useThrottled } from '../../ui/use-throttled.ts';
import { FailureState, SkeletonRows } from '../../ui/states.tsx';
import { NoSeries } from '../no-series.tsx';
import { Freshness, PanelFrame, useIsStale } from '../panel-frame.tsx';
import { usePanelFeed } from '../use-panel-feed.ts';
import { partHeading, rank } from './ranking.ts';
import './top-panel.css';

const reorderEveryMs = 2_000;

export function TopPanelView({ panel }: { panel: TopPanel }) {
  const [body, setBody] = useState<HTMLDivElement | null>(null);
  const size = useSize(body);
  const { feed, state } = usePanelFeed(panel.query, { element: body, panelPx: size && 200 });
  const stale = useIsStale(state);
  useThrottled(state.revision, reorderEveryMs);
  const total = feed.window.seriesTotal;
  return (
    <PanelFrame
      title={panel.title}
      subtitle={total > panel.options.count ? `highest ${panel.options.count} of ${total}` : ''}
      aside={<Freshness state={state} />}
      bodyRef={setBody}
      stale={stale}
    >
      {state.phase.kind === 'loading' && <SkeletonRows rows={6} />}
      {state.phase.kind === 'failed' && (
        <FailureState failure={state.phase.failure} onRetry={() => feed.retry()} />
      )}
      {state.phase.kind === 'ready' && <Ranking panel={panel} feed={feed} />}
    </PanelFrame>
  );
}

function Ranking({ panel, feed }: { panel: TopPanel; feed: PanelFeed }) {
  const shown = panel.query.function;
  const rows = rank(feed.window.series.values(), { count: panel.options.count, shown });
  const first = feed.window.series.values().next().value?.info;
  if (rows.length === 0 || first === undefined) return <NoSeries query={panel.query} />;
  return (
    <div className="ranking">
      <table>
        <thead>
          <tr>
            <th scope="col">Device</th>
            <th scope="col">{partHeading(first)}</th>
            <th scope="col" className="ranking-bar-cell">
              <span className="visually-hidden">Bar</span>
            </th>
            <th scope="col" className="number">
              {shown === 'rate' ? 'Rate' : 'Value'}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.id}>
              <td>
                <Link to={{ screen: 'device', id: row.deviceId }} className="quiet-link">
                  {row.device}
                </Link>
              </td>
              <td className="mono ranking-part">{row.part}</td>
              <td className="ranking-bar-cell" aria-hidden="true">
                <span className="ranking-bar">
                  <span
                    data-level={levelOf(first.unit, row.value)}
                    style={{ width: `${row.share * 100}%` }}
                  />
                </span>
              </td>
              <td className="number">
                {quantityText(formatScreenValue(row.value, first.unit, shown))}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Only shares of a whole have a level that means something. */
function levelOf(unit: string, value: number): 'plain' | 'high' | 'full' {
  if (unit !== '%' || value < 70) return 'plain';
  return value < 90 ? 'high' : 'full';
}
