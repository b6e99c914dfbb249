import { useMemo, useState, type ReactNode } from 'react';
import type { RangeQuery } from '../../../core/contract/query.ts';
import type { TopPanel } from '../../../core/dashboard/document.ts';
import {
  answerSentences,
  defaultShown,
  functionWords,
  groupWords,
  periodWords,
} from '../../format/query-words.ts';
import { hearing, silenceWords, type Hearing } from '../../live/heard.ts';
import type { PanelFeed } from '../../live/panel-feed.ts';
import { isRunning } from '../../live/periods.ts';
import { Link } from '../../route/link.tsx';
import { useSize } from '../../ui/use-size.ts';
import { useThrottled } from '../../ui/use-throttled.ts';
import { EmptyState, FailureState, SkeletonRows } from '../../ui/states.tsx';
import { NoSeries } from '../no-series.tsx';
import { Freshness, PanelFrame, SilenceMark, useIsStale } from '../panel-frame.tsx';
import { PanelNotes } from '../panel-notes.tsx';
import { useListening } from '../use-listening.ts';
import { usePanelFeed } from '../use-panel-feed.ts';
import { headings, rank, type RankedRow } from './ranking.ts';
import { topQuery, topWords } from './top-query.ts';
import { earlierHeading, valueHeading } from './value-heading.ts';
import './top-panel.css';

const reorderEveryMs = 2_000;

interface TopPanelProps {
  readonly panel: TopPanel;
  readonly actions?: ReactNode;
}

export function TopPanelView({ panel, actions }: TopPanelProps) {
  const [body, setBody] = useState<HTMLDivElement | null>(null);
  const size = useSize(body);
  const { query: asked, options } = panel;
  const query = useMemo(() => topQuery({ query: asked, options }), [asked, options]);
  const { feed, state } = usePanelFeed(query, { element: body, panelPx: size && 200 });
  const stale = useIsStale(state);
  useThrottled(state.revision, reorderEveryMs);
  const listening = useListening(feed, query);
  const heard = hearing(feed.window.series.values(), listening);
  return (
    <PanelFrame
      title={panel.title}
      subtitle={[
        functionWords(query),
        periodWords(query),
        groupWords(query),
        topWords(feed.window.series.values(), { total: feed.window.seriesTotal }),
      ]
        .filter(Boolean)
        .join(', ')}
      actions={actions}
      aside={
        <>
          <PanelNotes sentences={answerSentences(feed.window.facts, query)} />
          <SilenceMark words={silenceWords(heard)} />
          <Freshness state={state} />
        </>
      }
      bodyRef={setBody}
      stale={stale}
    >
      {state.phase.kind === 'loading' && <SkeletonRows rows={6} />}
      {state.phase.kind === 'failed' && (
        <FailureState failure={state.phase.failure} onRetry={() => feed.retry()} />
      )}
      {state.phase.kind === 'ready' && <Ranking query={query} feed={feed} heard={heard} />}
    </PanelFrame>
  );
}

interface RankingProps {
  readonly query: RangeQuery;
  readonly feed: PanelFeed;
  readonly heard: Hearing;
}

function Ranking({ query, feed, heard }: RankingProps) {
  const shown = defaultShown(query);
  const rows = rank(heard, { query, shown });
  const first = heard.lines[0];
  if (heard.of === 0) return <NoSeries query={query} />;
  if (first === undefined) return <EmptyState title="Nothing heard lately" />;
  const { unit } = first.info;
  const { bucketMs, answered } = feed.window;
  const running = isRunning(heard.lines, { buckets: query.buckets, answered });
  const { name, part } = headings(first.info, query);
  return (
    <div className="ranking">
      <table>
        <thead>
          <tr>
            <th scope="col">{name}</th>
            <th scope="col">{part}</th>
            <th scope="col" className="ranking-bar-cell">
              <span className="visually-hidden">Bar</span>
            </th>
            <th scope="col" className="number">
              {valueHeading(query, { bucketMs, first, running })}
            </th>
            {query.offsetMs !== undefined && (
              <th scope="col" className="number">
                {earlierHeading(query.offsetMs, { query, running })}
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.id}>
              <td>{nameCell(row)}</td>
              <td className="mono ranking-part">{partCell(row)}</td>
              <td className="ranking-bar-cell" aria-hidden="true">
                {row.share !== null && (
                  <span className="ranking-bar">
                    <span
                      data-level={levelOf(unit, row.value)}
                      style={{ width: `${row.share * 100}%` }}
                    />
                  </span>
                )}
              </td>
              <td className="number">{row.text}</td>
              {query.offsetMs !== undefined && <td className="number muted">{row.earlierText}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function nameCell({ deviceId, name }: RankedRow): ReactNode {
  if (deviceId === null) return name;
  return (
    <Link to={{ screen: 'device', id: deviceId }} className="quiet-link">
      {name}
    </Link>
  );
}

function partCell({ deviceId, part, port }: RankedRow): ReactNode {
  if (deviceId === null || port === null) return part;
  return (
    <Link to={{ screen: 'port', id: deviceId, port }} className="quiet-link" title={part}>
      {part}
    </Link>
  );
}

/** Only shares of a whole have a level that means something. */
function levelOf(unit: string, value: number): 'plain' | 'high' | 'full' {
  if (unit !== '%' || value < 70) return 'plain';
  return value < 90 ? 'high' : 'full';
}
