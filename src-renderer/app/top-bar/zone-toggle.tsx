import { setZone, useZone } from '../../time/view-time.ts';
import { Button } from '../../ui/button.tsx';

export function ZoneToggle() {
  const zone = useZone();
  const label = zone === 'utc' ? 'UTC' : 'Local';
  return (
    <Button
      title={`Times are shown in ${zone === 'utc' ? 'UTC' : 'local time'}; switch (z)`}
      onClick={() => setZone(zone === 'utc' ? 'local' : 'utc')}
    >
      {label}
    </Button>
  );
}
