import { CircleSlash, CloudOff, Inbox, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Failure } from '../api/failure.ts';
import { Button } from './button.tsx';
import './states.css';

interface MessageProps {
  readonly icon: ReactNode;
  readonly title: string;
  readonly children?: ReactNode;
  readonly urgent?: boolean;
}

/** An icon, a line, and what there is to say or do about it. */
export function Message({ icon, title, children, urgent = false }: MessageProps) {
  return (
    <div className="message" role={urgent ? 'alert' : undefined}>
      {icon}
      <p className="message-title">{title}</p>
      {children}
    </div>
  );
}

/** Nothing here yet, and what to do about it. */
export function EmptyState({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <Message icon={<Inbox className="icon" />} title={title}>
      {children}
    </Message>
  );
}

/** What went wrong and a way to try again; says so plainly when it is a matter of rights. */
export function FailureState({ failure, onRetry }: { failure: Failure; onRetry: () => void }) {
  if (failure.kind === 'permission') {
    return (
      <Message icon={<CircleSlash className="icon" />} title="Not allowed for your role">
        <p className="muted">{failure.sentence}</p>
        <p className="muted">An administrator can give you a link with more rights.</p>
      </Message>
    );
  }
  const offline = failure.kind === 'offline';
  return (
    <Message
      urgent
      icon={offline ? <CloudOff className="icon" /> : <TriangleAlert className="icon" />}
      title={offline ? 'No connection' : 'This did not work'}
    >
      <p className="muted">{failure.sentence}</p>
      <Button onClick={onRetry}>Try again</Button>
    </Message>
  );
}

/** Grey bars in the shape of what will come. */
export function SkeletonRows({ rows = 6 }: { rows?: number }) {
  return (
    <div className="skeleton-rows" aria-busy="true">
      <span className="visually-hidden">Loading</span>
      {Array.from({ length: rows }, (_, index) => (
        <span key={index} className="skeleton" style={{ width: `${92 - ((index * 17) % 40)}%` }} />
      ))}
    </div>
  );
}
