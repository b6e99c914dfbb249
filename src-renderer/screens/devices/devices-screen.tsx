export function DevicesScreen(_: { adding: boolean }) {
  return null;
}
