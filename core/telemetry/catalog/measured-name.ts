/** What a leaf's name measures, if it says so: `rx-pps`, `cpu-utilization`, `total-memory`, `delay-ms`. Always a gauge. */
import type { Unit } from '../unit.ts';
import { levels } from './counting-words.ts';
import type { MetricClass } from './metric-class.ts';
import { countPrefixes, measures, rateWords, unitWords } from './measuring-words.ts';

/** Of so much a second, or in percent: whatever else the name says, it is no count. */
export function ratedName(words: readonly string[]): MetricClass | null {
  const unit = rateOf(words);
  return unit === null ? null : { kind: 'gauge', unit };
}

/** @returns null where the name does not say that it measures anything */
export function measuredName(words: readonly string[]): MetricClass | null {
  const unit = unitOf(words);
  if (unit !== null) return { kind: 'gauge', unit };
  const last = words.at(-1) ?? '';
  const isCurrent = last === 'current' && words.length > 1;
  const says = measures.has(last) || isCurrent || countPrefixes.has(words[0]!) || isOfMemory(words);
  return says ? { kind: 'gauge', unit: '1' } : null;
}

function unitOf(words: readonly string[]): Unit | null {
  const [before, last] = [words.at(-2) ?? '', words.at(-1) ?? ''];
  const joined = `${before}${last}`;
  if (Object.hasOwn(unitWords, joined)) return unitWords[joined]!;
  return words.length > 1 && Object.hasOwn(unitWords, last) ? unitWords[last]! : null;
}

function rateOf(words: readonly string[]): Unit | null {
  if (isRate(words)) return rateUnit(words);
  const rate = words.find((word) => Object.hasOwn(rateWords, word));
  return rate === undefined ? null : rateWords[rate]!;
}

/** `output-packet-rate`, `bytes-per-second`, Junos' `if_1sec_pkts`, IOS-XR's `input-packetratepps`. */
function isRate(words: readonly string[]): boolean {
  const perSecond = /(^| )(per|1) sec(ond)?s?( |$)/.test(words.join(' '));
  return (
    perSecond ||
    /^rates?$/.test(words.at(-1) ?? '') ||
    words.some((word) => word.endsWith('ratepps'))
  );
}

function rateUnit(words: readonly string[]): Unit {
  const says = (pattern: RegExp) => words.some((word) => pattern.test(word));
  if (says(/^(packets?|pkts?|frames?|packetrate(pps)?|pps)$/)) return '{packet}/s';
  if (says(/^(bytes?|octets?)$/)) return 'By/s';
  if (says(/^bits?$|^bps$/)) return 'bit/s';
  return says(/^kbps$/) ? 'kbit/s' : '1';
}

/** `free-memory`, `memory-used`. */
function isOfMemory(words: readonly string[]): boolean {
  return words.some((word) => /^mem(ory)?$/.test(word)) && words.some((word) => levels.has(word));
}
