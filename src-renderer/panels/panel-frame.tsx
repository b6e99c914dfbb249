import { useId, type ReactNode, type Ref } from 'react';
import { useOutage } from '../app/console-services.ts';
import { formatDuration } from '../format/duration.ts';
import type { FeedState } from '../live/feed-state.ts';
import { AgeBadge, LiveDot } from '../ui/age-badge.tsx';
import './panel-frame.css';

interface PanelFrameProps {
  readonly title: string;
  readonly subtitle?: string;
  readonly aside?: ReactNode;
  /** Buttons that concern the panel itself; seen on hover and focus. */
  readonly actions?: ReactNode;
  readonly bodyRef?: Ref<HTMLDivElement>;
  readonly stale?: boolean;
  readonly children: ReactNode;
}

/** The silhouette every panel shares: title, what it is about, how fresh it is, and its body. */
export function PanelFrame({
  title,
  subtitle,
  aside,
  actions,
  bodyRef,
  stale,
  children,
}: PanelFrameProps) {
  const titleId = useId();
  return (
    <section className="panel" aria-labelledby={titleId} data-stale={stale || undefined}>
      <header className="panel-header">
        <h2 id={titleId}>{title}</h2>
        {subtitle !== undefined && <p className="panel-subtitle">{subtitle}</p>}
        <div className="panel-aside">
          {actions !== undefined && <span className="panel-actions">{actions}</span>}
          {aside}
        </div>
      </header>
      <div className="panel-body" ref={bodyRef}>
        {children}
      </div>
    </section>
  );
}

/** Whether what a panel shows is kept rather than current: its stream broke, or everything behind it did. */
export function useIsStale(state: FeedState): boolean {
  const outage = useOutage();
  return outage !== null || state.stream === 'broken';
}

/** Live, or how often asked, or how old: never two of them, and never silent about a break. */
export function Freshness({ state }: { state: FeedState }) {
  const stale = useIsStale(state);
  if (state.phase.kind !== 'ready') return null;
  if (stale) return <AgeBadge asOfMs={state.asOfMs} />;
  if (state.stream === 'polling') return <PollMark everyMs={state.pollMs} />;
  return state.stream === 'on' ? <LiveDot /> : null;
}

/** How much of what a panel shows has fallen silent, beside what says that the rest is live. */
export function SilenceMark({ words }: { words: string }) {
  return words === '' ? null : <span className="silence-mark">{words}</span>;
}

function PollMark({ everyMs }: { everyMs: number }) {
  return (
    <span className="poll-mark" title="Not streamed: the panel asks again this often">
      <span className="visually-hidden">refreshed </span>
      every {formatDuration(everyMs)}
    </span>
  );
}
