import type { ReactNode } from 'react';
import './screen.css';

interface ScreenProps {
  readonly title: string;
  /** Where this screen belongs, for example a link back to the list. */
  readonly trail?: ReactNode;
  readonly note?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

/** Title line and body of every screen. */
export function Screen({ title, trail, note, actions, children }: ScreenProps) {
  return (
    <div className="screen">
      <header className="screen-header">
        <div className="screen-heading">
          {trail !== undefined && <p className="screen-trail">{trail}</p>}
          <div className="screen-title">
            <h1>{title}</h1>
            {note}
          </div>
        </div>
        {actions !== undefined && <div className="screen-actions">{actions}</div>}
      </header>
      {children}
    </div>
  );
}
