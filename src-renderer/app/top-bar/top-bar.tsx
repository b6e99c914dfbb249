import { Search } from 'lucide-react';
import { Link } from '../../route/link.tsx';
import { usePlace } from '../../route/navigation.ts';
import { hasTime } from '../../route/route.ts';
import { Logo } from '../../ui/logo.tsx';
import { LiveToggle } from './live-toggle.tsx';
import { RangePicker } from './range-picker.tsx';
import { ThemeMenu } from './theme-menu.tsx';
import { UserMenu } from './user-menu.tsx';
import { ZoneToggle } from './zone-toggle.tsx';
import './top-bar.css';

interface TopBarProps {
  readonly onSearch: () => void;
  readonly onKeys: () => void;
}

export function TopBar({ onSearch, onKeys }: TopBarProps) {
  const { route } = usePlace();
  return (
    <header className="top-bar">
      <Link to={{ screen: 'home' }} className="top-bar-brand">
        <Logo />
        <span>Nocturne</span>
      </Link>
      <button
        type="button"
        className="top-bar-search"
        aria-keyshortcuts="Control+K"
        onClick={onSearch}
      >
        <Search className="icon icon-small" aria-hidden="true" />
        <span className="top-bar-search-text">Search devices, dashboards, actions</span>
        <kbd>Ctrl K</kbd>
      </button>
      <div className="top-bar-controls">
        {hasTime(route) && (
          <>
            <RangePicker />
            <LiveToggle />
          </>
        )}
        <ZoneToggle />
        <ThemeMenu />
        <UserMenu onKeys={onKeys} />
      </div>
    </header>
  );
}
