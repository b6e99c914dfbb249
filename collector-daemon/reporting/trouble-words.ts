/** What is told of troubles with the data of devices: events, and the holes they leave. Pure. */
import {
  troubleCountText,
  type DataTroubleKind,
  troubleNatures,
} from '../../core/telemetry/data-trouble.ts';
import type { NewEvent } from '../../service/store/operating/event.ts';
import type { NewGap } from '../../service/store/operating/gap.ts';
import type { Episode } from './trouble-episodes.ts';

/** Devices that begin together, or are over together, are told one by one up to so many. */
const toldApart = 10;
const namedTogether = 3;

export interface WordsContext {
  readonly node: string;
  readonly nameOf: (deviceId: Episode['deviceId']) => string;
}

type Told = Omit<NewEvent, 'timeMs'>;

/** An event a device, or one for all where there are many. */
export function begunEvents(begun: readonly Episode[], context: WordsContext): Told[] {
  return eventsOf(begun, context, {
    severityOf: (kind) => troubleNatures[kind].severity,
    one: (episode) => {
      const { kind, count } = episode;
      const { fate, advice } = troubleNatures[kind];
      const example = exampleText(episode);
      return `${troubleCountText(kind, count)}, ${fate}${example}. To do: ${advice}`;
    },
    several: (kind, count) =>
      `${troubleCountText(kind, count)}, ${troubleNatures[kind].fate}. To do: ${troubleNatures[kind].advice}`,
  });
}

export function overEvents(over: readonly Episode[], context: WordsContext): Told[] {
  return eventsOf(over, context, {
    severityOf: () => 'info',
    one: (episode) =>
      `over: ${troubleCountText(episode.kind, episode.count)}${exampleText(episode)}, none since ${timeText(episode.lastAtMs)}`,
    several: (kind, count) => `over: ${troubleCountText(kind, count)}`,
  });
}

interface Wording {
  readonly severityOf: (kind: DataTroubleKind) => Told['severity'];
  readonly one: (episode: Episode) => string;
  readonly several: (kind: DataTroubleKind, count: number) => string;
}

function eventsOf(
  episodes: readonly Episode[],
  { node, nameOf }: WordsContext,
  { severityOf, one, several }: Wording,
): Told[] {
  return [...Map.groupBy(episodes, ({ kind }) => kind)].flatMap(([kind, alike]) => {
    const severity = severityOf(kind);
    const whole = { kind: `data.${kind}`, severity };
    if (alike.length <= toldApart) {
      return alike.map((episode) => ({
        ...whole,
        subject: nameOf(episode.deviceId),
        detail: one(episode),
      }));
    }
    const count = alike.reduce((sum, episode) => sum + episode.count, 0);
    const names = alike.slice(0, namedTogether).map(({ deviceId }) => nameOf(deviceId));
    const who = `${alike.length} devices (${names.join(', ')} and others)`;
    return [{ ...whole, subject: node, detail: `${who}: ${several(kind, count)}` }];
  });
}

function exampleText({ examples }: Episode): string {
  const [first] = examples;
  if (first === undefined) return '';
  const says = first.value === null ? '' : `"${first.value}"`;
  if (first.path === null) return ` (${says})`;
  return `, for example ${first.path}${says === '' ? '' : ` (${says})`}`;
}

function timeText(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

/** A hole for each path that is known to lack samples, and one without a path for the rest. */
export function gapsOf(episode: Episode, node: string): NewGap[] {
  const { deviceId, kind, examples, overAtMs } = episode;
  if (!troubleNatures[kind].leavesGap) return [];
  const open = overAtMs === null;
  const shared = { deviceId, endpointId: null, reason: kind, node };
  const own = examples
    .filter(({ path }) => path !== null)
    .map(({ gapId: id, path, firstAtMs: fromMs, lastAtMs, count: lost }) => {
      return { ...shared, id, path, fromMs, toMs: open ? null : lastAtMs, lost };
    });
  const lost = own.reduce((rest, gap) => rest - gap.lost, episode.count);
  if (lost <= 0) return own;
  const { gapId: id, beganAtMs: fromMs, lastAtMs } = episode;
  return [...own, { ...shared, id, path: null, fromMs, toMs: open ? null : lastAtMs, lost }];
}
