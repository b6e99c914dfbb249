import type { MouseEvent, ReactNode } from 'react';
import { goTo, usePlace } from './navigation.ts';
import { formatPlace, placeFrom, type Route } from './route.ts';

interface LinkProps {
  readonly to: Route;
  readonly className?: string;
  readonly title?: string;
  readonly current?: boolean;
  readonly children: ReactNode;
}

/** A real link (it can be opened in a new tab) that changes screens without loading the page again. */
export function Link({ to, className, title, current = false, children }: LinkProps) {
  const place = usePlace();
  const follow = (event: MouseEvent) => {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey)
      return;
    event.preventDefault();
    goTo(to);
  };
  return (
    <a
      href={formatPlace(placeFrom(place, to))}
      className={className}
      title={title}
      aria-current={current ? 'page' : undefined}
      onClick={follow}
    >
      {children}
    </a>
  );
}
