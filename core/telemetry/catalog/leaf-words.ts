/**
 * The words of a leaf's name, in lower case, however its model joins them: `in-octets`, `rx_bytes`, `ifHCInOctets`,
 * `SAI_PORT_STAT_IF_IN_OCTETS`. Digits are words of their own: `in-pkts-64-octets` and `inPkts64Octets` are one.
 */
export function leafWords(name: string): readonly string[] {
  return (name.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+/g) ?? []).map((word) => word.toLowerCase());
}
