/**
 * What a device says of itself, picked out of its leaves: openconfig-system's state, and openconfig-platform's
 * components of the types CHASSIS and OPERATING_SYSTEM. Pure; bounded, for the texts are the device's own.
 */
import type { ReportedFacts } from '../../core/contract/device.ts';

/** A component's state leaves by name, or the system's. */
export type SaidLeaves = ReadonlyMap<string, string>;

export interface SaidOfDevice {
  readonly system: SaidLeaves;
  readonly components: ReadonlyMap<string, SaidLeaves>;
}

/** Leaves of `/components/component/state` that facts are made of. */
export const componentLeaves: ReadonlySet<string> = new Set([
  'type',
  'mfg-name',
  'model-name',
  'part-no',
  'serial-no',
  'hardware-version',
  'software-version',
  'description',
]);

/** Leaves of `/system/state` that facts are made of. */
export const systemLeaves: ReadonlySet<string> = new Set([
  'hostname',
  'software-version',
  'boot-time',
]);

const noLeaves: SaidLeaves = new Map();
const maxTextLength = 255;

export function reportedFacts({ system, components }: SaidOfDevice): ReportedFacts {
  const chassis = chassisOf(components);
  const operatingSystem = ofType(components, 'OPERATING_SYSTEM')[0]?.[1] ?? noLeaves;
  const vendor = fact(chassis, 'mfg-name') ?? fact(operatingSystem, 'mfg-name');
  return {
    platform: fact(operatingSystem, 'description') ?? vendor,
    vendor,
    model: fact(chassis, 'model-name') ?? fact(chassis, 'part-no') ?? fact(chassis, 'description'),
    serial: fact(chassis, 'serial-no'),
    hardwareVersion: fact(chassis, 'hardware-version'),
    softwareVersion:
      fact(system, 'software-version') ??
      fact(operatingSystem, 'software-version') ??
      fact(chassis, 'software-version'),
    hostname: fact(system, 'hostname'),
    bootedAtMs: msOf(system.get('boot-time')),
  };
}

/** True where a component can take part in the facts; its type may still be to come. */
export function mattersToFacts(name: string, leaves: SaidLeaves): boolean {
  const type = typeOf(leaves);
  if (type === null) return chassisName.test(name);
  return type === 'CHASSIS' || type === 'OPERATING_SYSTEM';
}

/** A stack or a multi-chassis system has several: the one that says most of itself, then the first by name. */
function chassisOf(components: SaidOfDevice['components']): SaidLeaves {
  const typed = ofType(components, 'CHASSIS');
  const candidates =
    typed.length > 0
      ? typed
      : inOrder(components).filter(
          ([name, leaves]) => typeOf(leaves) === null && chassisName.test(name),
        );
  let best = noLeaves;
  for (const [, leaves] of candidates) if (saysMore(leaves, best)) best = leaves;
  return best;
}

/** `Chassis`, `CHASSIS0`, `Rack 0-Chassis`, `chassis-1`, but no `Chassis Fan 1`. */
const chassisName = /(^|[\s/_-])chassis[\s_-]?\d*$/i;

function ofType(components: SaidOfDevice['components'], type: string): [string, SaidLeaves][] {
  return inOrder(components).filter(([, leaves]) => typeOf(leaves) === type);
}

/** By name, numbers by their size, so that the choice does not hang on the order of arrival. */
function inOrder(components: SaidOfDevice['components']): [string, SaidLeaves][] {
  return [...components].sort(([left], [right]) =>
    left.localeCompare(right, 'en', { numeric: true }),
  );
}

function saysMore(leaves: SaidLeaves, than: SaidLeaves): boolean {
  const count = (one: SaidLeaves) =>
    ['serial-no', 'part-no', 'model-name', 'mfg-name'].filter((name) => fact(one, name) !== null)
      .length;
  return than === noLeaves || count(leaves) > count(than);
}

/** An identityref comes with its module (`openconfig-platform-types:CHASSIS`), with its prefix, or bare. */
function typeOf(leaves: SaidLeaves): string | null {
  const said = leaves.get('type');
  return said === undefined
    ? null
    : said
        .slice(said.lastIndexOf(':') + 1)
        .trim()
        .toUpperCase();
}

/** What firmware and drivers write where nobody filled anything in. */
const nothingSaid =
  /^(n\/?a|none|null|unknown|unspecified|not[ _-]?(available|applicable|specified|present)|to be filled by o\.?e\.?m\.?|default string|system (manufacturer|product name|serial number|version)|[0.\-_ ]*)$/i;

function fact(leaves: SaidLeaves, name: string): string | null {
  // Control characters are no part of a name; fixed-width EEPROM fields are padded.
  const text = (leaves.get(name) ?? '')
    .replace(/\p{Cc}+/gu, ' ')
    .trim()
    .slice(0, maxTextLength);
  return nothingSaid.test(text) ? null : text;
}

/** timeticks64 is ns since the epoch; some send µs, ms or seconds, which no plausible date confuses. */
function msOf(text: string | undefined): number | null {
  if (text === undefined || !/^\d{9,19}$/.test(text)) return null;
  const value = Number(text);
  const perMs = [1e6, 1e3, 1, 1e-3].find((factor) => isPlausible(value / factor));
  return perMs === undefined ? null : Math.round(value / perMs);
}

const earliestMs = Date.UTC(1990, 0);
const latestMs = Date.UTC(2100, 0);

function isPlausible(ms: number): boolean {
  return ms >= earliestMs && ms < latestMs;
}
