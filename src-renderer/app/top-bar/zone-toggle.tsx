import { changeSettings, useSettings } from '../../settings/settings.ts';
import { Button } from '../../ui/button.tsx';

export function ZoneToggle() {
  const { zone } = useSettings();
  const other = zone === 'utc' ? 'local' : 'utc';
  const label = zone === 'utc' ? 'UTC' : 'Local';
  return (
    <Button
      title={`Times are shown in ${zone === 'utc' ? 'UTC' : 'local time'}; switch (z)`}
      onClick={() => changeSettings({ zone: other })}
    >
      {label}
    </Button>
  );
}
