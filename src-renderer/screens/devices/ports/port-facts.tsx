import { useMemo } from 'react';
import type { DeviceId } from '../../../../core/id.ts';
import { Link } from '../../../route/link.tsx';
import { FactList, type Fact } from '../../../ui/fact-list.tsx';
import { EmptyState } from '../../../ui/states.tsx';
import { LatestPanel } from '../latest/latest-panel.tsx';
import { deviceTimeMs, leavesByPort, type Latest } from '../latest/latest-values.ts';
import { useLatest } from '../latest/use-latest.ts';
import { Moment } from '../latest/value-cell.tsx';
import { portPath } from './port-path.ts';
import { portRows, utilisation, type PortRow } from './port-row.ts';
import { FarEnd } from './far-end.tsx';
import { GoneSince, PortState } from './port-state.tsx';
import { bpsText } from './rate-cell.tsx';
import { usePortRates } from './use-port-rates.ts';

interface PortFactsProps {
  readonly deviceId: DeviceId;
  readonly port: string;
}

/** What the device and its neighbour say of the port, and its rates now. */
export function PortFacts({ deviceId, port }: PortFactsProps) {
  const paths = useMemo(
    () => [portPath(port), portPath(port).replace('/interfaces', '/lldp/interfaces')],
    [port],
  );
  const query = useLatest(deviceId, paths);
  const { rates, nowMs, silent } = usePortRates(deviceId, portPath(port));
  const all = query.data ?? [];
  const row = portRows(all, rates, nowMs)[0];
  const leaves = leavesByPort(all).get(port);
  return (
    <LatestPanel
      title="Port"
      subtitle=""
      deviceId={deviceId}
      query={query}
      empty={row === undefined}
      emptyNote={<NoPort deviceId={deviceId} />}
    >
      {row !== undefined && (
        <FactList
          facts={[
            ['State', <PortState key="state" {...row} stale={silent} />],
            [
              'Gone',
              row.goneSinceMs === null ? null : <GoneSince key="gone" sinceMs={row.goneSinceMs} />,
            ],
            ['Meant to be', row.admin?.toLowerCase()],
            ['Since', momentOf(leaves?.get('last-change'))],
            ['Description', row.description],
            ['Far end', farEnd(all)],
            ['Speed', row.speedBps === null ? null : bpsText(row.speedBps)],
            ['In', rateWords(row.inBps, row)],
            ['Out', rateWords(row.outBps, row)],
            ['MTU', leaves?.get('mtu')?.value],
          ]}
        />
      )}
    </LatestPanel>
  );
}

/** A link may be mistyped or older than the device's configuration. */
function NoPort({ deviceId }: Pick<PortFactsProps, 'deviceId'>) {
  return (
    <EmptyState title="No such interface yet">
      <p className="muted">The device has said nothing of an interface with this name.</p>
      <Link to={{ screen: 'device', id: deviceId }}>See its interfaces</Link>
    </EmptyState>
  );
}

function rateWords(bps: number | null, { speedBps }: PortRow): Fact[1] {
  if (bps === null) return null;
  const percent = utilisation(bps, speedBps);
  return percent === null ? bpsText(bps) : `${bpsText(bps)}, ${percent.toFixed(1)} %`;
}

function momentOf(latest: Latest | undefined): Fact[1] {
  const sinceMs = latest === undefined ? null : deviceTimeMs(latest);
  return sinceMs === null ? null : <Moment key="moment" sinceMs={sinceMs} />;
}

/** The neighbour that LLDP still hears, as a way to it where it is in the inventory. */
function farEnd(all: readonly Latest[]): Fact[1] {
  const said = (leaf: string) =>
    all.find(
      ({ series, endedAtMs }) =>
        endedAtMs == null && series.metric.startsWith('/lldp/') && series.metric.endsWith(leaf),
    )?.text;
  const device = said('/state/system-name');
  return device ? (
    <FarEnd key="far-end" device={device} port={said('/state/port-id') ?? ''} />
  ) : null;
}
