export function DeviceScreen(_: { id: string }) {
  return null;
}
