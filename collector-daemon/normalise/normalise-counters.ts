/** What became of every leaf that was received; the parts before the sinks in the accounting that must close. */
export interface NormaliseCounters {
  /** Leaves in updates, undecodable ones included. */
  received: number;
  undecodable: number;
  /** States sent again with the same text. */
  unchanged: number;
  /** Stored again after all, with their first time or as newer than they seemed: as if they had been received once more. */
  restated: number;
  /** Same series, time and value; or followed by another value for the same path in one notification. */
  repeated: number;
  /** Nobody asked for them: the target sends more than it was subscribed to. */
  filtered: number;
  /** Beyond the series a device may have. */
  overLimit: number;
  /** Ends of leaves: deleted by the target, missing in an atomic message, or not sent again after a reconnect. */
  deleted: number;
  /** Ends that are taken back: their leaves are there. */
  deletesWithdrawn: number;
  /** gNMI duplicates: values the device coalesced because we were slow. */
  coalesced: number;
  /** Notifications that are not stored with the time that the device says. */
  clockFaults: number;
  /** How often devices' clocks were set. */
  clockSteps: number;
}

export function zeroNormaliseCounters(): NormaliseCounters {
  return {
    received: 0,
    undecodable: 0,
    unchanged: 0,
    restated: 0,
    repeated: 0,
    filtered: 0,
    overLimit: 0,
    deleted: 0,
    deletesWithdrawn: 0,
    coalesced: 0,
    clockFaults: 0,
    clockSteps: 0,
  };
}
