export function ClusterScreen() {
  return null;
}
