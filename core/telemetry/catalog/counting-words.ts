/**
 * What the words of a leaf's name say of the number in it. Data: `counted-name.ts` reads it. A name counts something only
 * by a noun that stands here; what may fall (a level, a limit, an extreme, a rate) is a gauge whatever it counts.
 */
import type { Unit } from '../unit.ts';

/** What is moved, and may as well be held. */
export const movedNouns: Readonly<Record<string, Unit>> = {
  ...named('By', 'bytes octets'),
  ...named('{packet}', 'packets pkts frames cells datagrams pdus'),
};

/** What goes wrong. Their names say why, with words that would be levels elsewhere: `out-of-memory-drops`. */
export const faultNouns: Readonly<Record<string, Unit>> = named(
  '{error}',
  `errors errs discards drops failures fails overruns underruns collisions overflows underflows aborts violations
   mismatches runts giants jabbers`,
);

/** What happens. */
export const eventNouns: Readonly<Record<string, Unit>> = named(
  '1',
  'transitions flaps resets restarts retransmits retransmissions',
);

/** What happens where it is said to come or to go; else it may be a list's length. */
export const messageNouns: Readonly<Record<string, Unit>> = named(
  '1',
  `messages msgs requests responses replies notifications updates keepalives opens queries reports hellos joins prunes
   lsas lsps acks naks polls traps informs refreshes withdrawals registers advertisements solicitations fragments`,
);

/** With `count` behind them, as good as their plurals. Bytes and errors of which nothing more is said may be a level. */
export const countedSingulars: Readonly<Record<string, Unit>> = {
  ...named('{packet}', 'packet pkt frame cell'),
  ...named('By', 'octet'),
  ...named('{error}', 'drop discard'),
};

/** The same where another word says that they were moved, `offered-pkt`, `tx-error`; else it may be a size or a code. */
export const doubtfulSingulars: Readonly<Record<string, Unit>> = {
  ...named('By', 'byte octet'),
  ...named('{packet}', 'packet pkt pak frame cell'),
  ...named('{error}', 'error err failure drop discard'),
};

/** What may stand behind the noun without making it something else. */
export const tails = words(
  `count counts cnt counter total num to from and over above below than plus detected seen ok good unicast multicast broadcast
   ucast mcast bcast v ipv octets bytes cpu hc
   backup primary data management control saved`,
);

/** Said to have been moved: a counter, unless it is a level all the same. */
export const movements = words(
  `received receive recv rcvd rcv sent send transmitted transmit xmit xmitted forwarded forward forwarding fwd dropped
   drop discarded discard offered matched match read reads written write writes switched routed punted policed encrypted
   decrypted encapsulated encap decapsulated decap marked conformed conforming conform exceeded exceeding exceed violated
   violating violate delivered processed enqueued dequeued replicated recycled filtered classified redirected sampled
   exported consumed reassembled fragmented retransmitted looped bypassed corrected uncorrected uncorrectable lost errored
   errors error denied permitted rejected accepted ignored unknown invalid bad runt giant parity throttled tail early wred red observed validated protected
   unchecked late delayed untagged controlled uncontrolled`,
);

/** Where it comes from or goes to. A buffer of that direction is none the less a buffer. */
export const directions = words('in out input output rx tx ingress egress inbound outbound');

/** Words of a container that speak of what has been counted. */
export const countingContainers = words('counters counter statistics stats');

/** What may fall, whatever is counted and wherever it goes. */
export const levels = words(
  `free unused used available avail capacity lim thresh max maximum min minimum highest lowest peak watermark watermarks water hwm lwm timestamp avg
   average mean median rate rates bps kbps mbps gbps pps occupancy occupied depth utilization utilisation util percent
   percentage pct ratio queued buffered pending outstanding inuse allocated reserved configured allowed burst backlog
   current curr cur delta threshold thresholds quota remaining resident cached committed mtu mru mss per second seconds
   sec secs weight budget since qlen last first lifetime watermarked held idle concurrent simultaneous alloc
   minute minutes hour hours day days`,
);

/** What holds things, or bounds them: a level, unless the name says that they were moved. */
export const holders = words(
  `size sizes limit limits length len window interval load memory mem buffer buffers cache pool pools disk file files
   flash storage queue queues heap stack swap active virtual physical timeout config requested supported overhead header
   ram rss shared reservation estimate target goal default usage`,
);

/** Last words of what stands in a container `counters` and counts nothing all the same. */
export const uncounted = words(
  `entries code slot at time left floor load temperature state status mode flag reason enabled since`,
);

/** Before or behind what goes wrong, and nowhere else, these speak of it and not of its cause. */
export const faultLevels = words(
  `free used available capacity limit max maximum min minimum highest lowest peak watermark avg average mean median rate
   rates percent percentage pct ratio current curr delta threshold thresholds allowed configured last expected pending
   queued remaining quota burst concurrent`,
);

/** Of what goes wrong, levels wherever they stand. */
export const faultRates = words(
  'per threshold thresholds percent percentage pct ratio second seconds',
);

function words(text: string): ReadonlySet<string> {
  return new Set(text.split(/\s+/));
}

function named(unit: Unit, text: string): Record<string, Unit> {
  return Object.fromEntries([...words(text)].map((word) => [word, unit]));
}
