import type { ReactNode } from 'react';
import { failureOf } from '../../../api/failure.ts';
import type { DeviceId } from '../../../../core/id.ts';
import { useOutage, useSessions } from '../../../app/console-services.ts';
import { Loading } from '../../../app/loading.tsx';
import { PanelFrame, SilenceMark } from '../../../panels/panel-frame.tsx';
import { AgeBadge, LiveDot } from '../../../ui/age-badge.tsx';
import { EmptyState, FailureState } from '../../../ui/states.tsx';
import { TroubleLines } from '../../troubles/device-troubles.tsx';
import { useOpenTroubles } from '../../troubles/use-troubles.ts';
import type { LatestQuery } from './use-latest.ts';

interface LatestPanelProps {
  readonly title: string;
  readonly subtitle: string;
  readonly deviceId: DeviceId;
  readonly query: LatestQuery;
  /** Nothing of what was asked for has arrived. */
  readonly empty: boolean;
  /** Instead of the usual words about that. */
  readonly emptyNote?: ReactNode;
  readonly controls?: ReactNode;
  readonly children: ReactNode;
}

/** The frame of a table of newest values: loading, nothing yet, kept from before, or as it is now. */
export function LatestPanel({
  title,
  subtitle,
  deviceId,
  query,
  empty,
  emptyNote,
  controls,
  children,
}: LatestPanelProps) {
  const outage = useOutage();
  const { data, error, refetch, dataUpdatedAt } = query;
  const stale = data !== undefined && (outage !== null || error !== null);
  return (
    <PanelFrame
      title={title}
      subtitle={data === undefined ? '' : subtitle}
      aside={
        <>
          {controls}
          {data !== undefined &&
            (stale ? <AgeBadge asOfMs={dataUpdatedAt} /> : <SessionMark deviceId={deviceId} />)}
        </>
      }
      stale={stale}
    >
      {data === undefined && error === null && <Loading rows={5} />}
      {data === undefined && error !== null && (
        <FailureState failure={failureOf(error)} onRetry={() => void refetch()} />
      )}
      {data !== undefined && empty && (emptyNote ?? <NothingYet deviceId={deviceId} />)}
      {!empty && children}
    </PanelFrame>
  );
}

/** What comes and is not stored is not nothing. */
function NothingYet({ deviceId }: { deviceId: DeviceId }) {
  const troubles = useOpenTroubles(deviceId) ?? [];
  if (troubles.length > 0) {
    return (
      <EmptyState title="Nothing of this has been stored">
        <TroubleLines troubles={troubles} examples />
      </EmptyState>
    );
  }
  return (
    <EmptyState title="Nothing received yet">
      <p className="muted">Values appear with the first update of the session.</p>
    </EmptyState>
  );
}

/** Only what a session brings is live. */
function SessionMark({ deviceId }: { deviceId: DeviceId }) {
  const { sessions } = useSessions();
  const session = sessions.get(deviceId);
  if (session === undefined) return null;
  return session?.state === 'streaming' ? <LiveDot /> : <SilenceMark words="not streaming" />;
}
