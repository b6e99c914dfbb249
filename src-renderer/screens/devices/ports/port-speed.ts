/** The speed of a port in bits per second, from OpenConfig's identities (`SPEED_100GB`, with or without a prefix). */
const identity = /^(?:[\w-]+:)?SPEED_(\d+)(KB|MB|GB|TB)$/;
const factors: Readonly<Record<string, number>> = { KB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12 };

/** Null where the device does not say, or says that it does not know. */
export function portSpeed(text: string | null | undefined): number | null {
  const parts = identity.exec(text ?? '');
  return parts === null ? null : Number(parts[1]) * factors[parts[2]!]!;
}
