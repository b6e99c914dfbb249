import { useMemo } from 'react';
import type { DeviceRow } from './use-devices.ts';
import './site-filter.css';

interface SiteFilterProps {
  readonly rows: readonly DeviceRow[];
  readonly site: string | null;
  readonly onChange: (site: string | null) => void;
}

const all = '*';

export function SiteFilter({ rows, site, onChange }: SiteFilterProps) {
  const sites = useMemo(
    () => [...new Set(rows.map(({ device }) => device.site ?? ''))].toSorted(),
    [rows],
  );
  return (
    <label className="site-filter">
      <span>site</span>
      <select
        value={site ?? all}
        onChange={(event) => onChange(event.target.value === all ? null : event.target.value)}
      >
        <option value={all}>all</option>
        {sites.map((name) => (
          <option key={name} value={name}>
            {name === '' ? 'none' : name}
          </option>
        ))}
      </select>
    </label>
  );
}
