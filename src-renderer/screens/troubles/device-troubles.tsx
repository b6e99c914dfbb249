import type { ReactNode } from 'react';
import type { Trouble } from '../../../core/contract/trouble.ts';
import type { DeviceId } from '../../../core/id.ts';
import { failureOf } from '../../api/failure.ts';
import { PanelFrame } from '../../panels/panel-frame.tsx';
import { Link } from '../../route/link.tsx';
import { useNowMs } from '../../time/now.ts';
import { formatMoment, zoneLabel } from '../../time/time-format.ts';
import { useZone } from '../../time/view-time.ts';
import { SeverityGlyph } from '../../ui/severity-glyph.tsx';
import { EmptyState, FailureState, SkeletonRows } from '../../ui/states.tsx';
import {
  adviceOf,
  byUrgency,
  examplesText,
  exampleText,
  severityOf,
  troubleText,
} from './trouble-words.ts';
import { Moment } from '../devices/latest/value-cell.tsx';
import { useOpenTroubles, useTroubles } from './use-troubles.ts';
import './device-troubles.css';

/** More stand in the table. */
const named = 3;

interface TroubleLinesProps {
  readonly troubles: readonly Trouble[];
  /** With a path each, where there is room. */
  readonly examples?: boolean;
}

/** What goes on now, a line each. */
export function TroubleLines({ troubles, examples = false }: TroubleLinesProps) {
  return (
    <ul className="trouble-lines">
      {troubles.slice(0, named).map((trouble) => (
        <TroubleLine
          key={trouble.kind}
          trouble={trouble}
          example={examples ? exampleText(trouble) : ''}
        />
      ))}
      {troubles.length > named && <li className="muted">{troubles.length - named} more</li>}
    </ul>
  );
}

/** Beside the title, where something goes on that is more than nobody's wish; a press shows the table. */
export function TroubleNote({ deviceId, onOpen }: { deviceId: DeviceId; onOpen: () => void }) {
  const open = useOpenTroubles(deviceId) ?? [];
  const [worst, ...others] = open.filter((trouble) => severityOf(trouble) !== 'unmanaged');
  if (worst === undefined) return null;
  return (
    <button type="button" className="trouble-note severity-word" onClick={onOpen}>
      <SeverityGlyph severity={severityOf(worst)} />
      {others.length === 0 ? 'data trouble' : `${others.length + 1} data troubles`}
    </button>
  );
}

function TroubleLine({ trouble, example }: { trouble: Trouble; example: string }) {
  return (
    <li title={examplesText(trouble)}>
      <span className="severity-word">
        <SeverityGlyph severity={severityOf(trouble)} />
        {troubleText(trouble)}
      </span>
      {example !== '' && <span className="trouble-example mono muted">{example}</span>}
    </li>
  );
}

/** There are few kinds, so each has room: what, where, since when, and what to do. */
function TroubleList({ troubles }: { troubles: readonly Trouble[] }) {
  const zone = useZone();
  const nowMs = useNowMs();
  return (
    <ul className="trouble-list">
      {byUrgency(troubles).map((trouble) => (
        <li key={trouble.kind} data-over={trouble.overAtMs !== null || undefined}>
          <p className="severity-word">
            <SeverityGlyph severity={severityOf(trouble)} />
            {troubleText(trouble)}
          </p>
          <p className="muted">
            since {formatMoment(trouble.beganAtMs, { zone, nowMs })} {zoneLabel(zone, nowMs)}, last{' '}
            <Moment sinceMs={trouble.lastAtMs} />
            {trouble.overAtMs !== null && ', over'}
            {adviceOf(trouble) !== '' && `. To do: ${adviceOf(trouble)}`}
          </p>
          {trouble.examples.map((example) => (
            <p key={example.path} className="trouble-example">
              <span className="mono">{exampleText({ ...trouble, examples: [example] })}</span>{' '}
              <span className="muted">{example.count.toLocaleString('en')} times</span>
            </p>
          ))}
        </li>
      ))}
    </ul>
  );
}

interface DeviceTroublesProps {
  readonly deviceId: DeviceId;
  readonly controls: ReactNode;
}

/** The troubles of a device in its table's place. */
export function DeviceTroubles({ deviceId, controls }: DeviceTroublesProps) {
  const { data, error, refetch } = useTroubles(deviceId);
  return (
    <PanelFrame
      title="Data troubles"
      subtitle="of the last day"
      aside={
        <>
          <Link to={{ screen: 'troubles', shown: 'quarantine', deviceId }}>Quarantine</Link>
          {controls}
        </>
      }
    >
      {data === undefined && error === null && <SkeletonRows />}
      {data === undefined && error !== null && (
        <FailureState failure={failureOf(error)} onRetry={() => void refetch()} />
      )}
      {data?.troubles.length === 0 && (
        <EmptyState title="All data is stored as it was sent">
          <p className="muted">Nothing was unreadable, refused or lost within the last day.</p>
        </EmptyState>
      )}
      {data !== undefined && data.troubles.length > 0 && <TroubleList troubles={data.troubles} />}
    </PanelFrame>
  );
}
