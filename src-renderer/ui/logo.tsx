/** A crescent. */
export function Logo({ size = 18 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" aria-hidden="true">
      <path d="M10.2 2.6a9.7 9.7 0 1 0 11.2 12.9A8.3 8.3 0 0 1 10.2 2.6Z" fill="var(--accent)" />
    </svg>
  );
}
