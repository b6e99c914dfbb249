import { PanelLeftClose, PanelLeftOpen } from 'lucide-react';
import { Link } from '../route/link.tsx';
import { usePlace } from '../route/navigation.ts';
import { changeSettings, useSettings } from '../settings/settings.ts';
import { railScreens, type RailScreen } from './screens.ts';
import './rail.css';

export function Rail() {
  const { railCollapsed } = useSettings();
  const inGroup = (group: RailScreen['group']) =>
    railScreens.filter((screen) => screen.group === group);
  const Toggle = railCollapsed ? PanelLeftOpen : PanelLeftClose;
  return (
    <nav className="rail" aria-label="Screens">
      <RailGroup screens={inGroup('look')} />
      <p className="rail-heading" aria-hidden={railCollapsed}>
        System
      </p>
      <RailGroup screens={inGroup('system')} />
      <button
        type="button"
        className="rail-item rail-toggle"
        aria-expanded={!railCollapsed}
        title={railCollapsed ? 'Show labels ([)' : 'Hide labels ([)'}
        onClick={() => changeSettings({ railCollapsed: !railCollapsed })}
      >
        <Toggle className="icon" />
        <span className="rail-label">{railCollapsed ? 'Show labels' : 'Hide labels'}</span>
      </button>
    </nav>
  );
}

function RailGroup({ screens }: { screens: readonly RailScreen[] }) {
  const { route } = usePlace();
  return (
    <ul>
      {screens.map(({ label, route: to, icon: Icon, key, holds }) => (
        <li key={label}>
          <Link
            to={to}
            className="rail-item"
            current={holds.includes(route.screen)}
            title={`${label} (g ${key})`}
          >
            <Icon className="icon" />
            <span className="rail-label">{label}</span>
          </Link>
        </li>
      ))}
    </ul>
  );
}
