/** Words that say that a leaf is measured, and in what, though it counts nothing. Data: `measured-name.ts` reads it. */
import type { Unit } from '../unit.ts';

/** Anywhere in the name; the first that stands here decides. */
export const rateWords: Readonly<Record<string, Unit>> = {
  bps: 'bit/s',
  kbps: 'kbit/s',
  pps: '{packet}/s',
  percent: '%',
  percentage: '%',
  pct: '%',
  utilization: '%',
  utilisation: '%',
  util: '%',
};

/** The last word: the unit itself. */
export const unitWords: Readonly<Record<string, Unit>> = {
  ...named('ms', 'ms msec msecs millisecond milliseconds'),
  ...named('us', 'usec usecs microsecond microseconds'),
  ...named('ns', 'ns nsec nsecs nanosecond nanoseconds'),
  ...named('s', 'seconds secs'),
  ...named('Cel', 'celsius'),
  ...named('V', 'volts'),
  ...named('W', 'watts'),
  ...named('A', 'amps amperes'),
  ...named('mA', 'milliamps'),
  ...named('dB[mW]', 'dbm'),
  ...named('{rev}/min', 'rpm'),
  ...named('Hz', 'hz hertz'),
  ...named('MHz', 'mhz'),
};

/** The last word: a measure, of which the name does not say the unit. */
export const measures = words(
  `rate rates load cpu temperature temp speed rssi noise voltage power attenuation gain snr osnr ber dispersion wavelength frequency humidity energy
   latency delay jitter rtt duration age uptime lifetime bandwidth throughput size capacity limit threshold watermark
   occupancy depth length used free available total peak average avg mean min max minimum maximum count counts cnt ratio
   weight load interval timeout time timestamp instant quota utilized memory reliability
   usage use inuse offset committed cir pir eir cbs ebs pbs sent received transmitted dropped discarded rejected failed
   rejects accepts timeouts changes expirations blocks`,
);

/** The first words: how many of something there are. */
export const countPrefixes = words('num number total');

/** The last word: it names something, and is text however it looks. */
export const identities = words(
  `version versions revision serial name names hostname description descr alias label no id ids type model address addr
   mac ip number group prefix as asn community communities distinguisher rd rt vrf hop host software firmware hardware
   release image uuid guid hash key sku tag path mask neighbor peer vlan identifier index asset part profile`,
);

/** Of those, names that are often given as integers, which are numbers where JSON does not quote them. */
export const numbered = words(
  'no id ids type as asn number label index vlan group key tag prefix address hop path peer neighbor rt mask',
);

function words(text: string): ReadonlySet<string> {
  return new Set(text.split(/\s+/));
}

function named(unit: Unit, text: string): Record<string, Unit> {
  return Object.fromEntries([...words(text)].map((word) => [word, unit]));
}
