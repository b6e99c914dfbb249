import type { ReactNode } from 'react';
import './fact-list.css';

/** What it is called, and what it is; null or undefined where nobody knows. */
export type Fact = readonly [string, ReactNode];

/** Facts line by line; those that nobody knows are left out. */
export function FactList({ facts }: { facts: readonly Fact[] }) {
  return (
    <dl className="fact-list">
      {facts
        .filter(([, value]) => value !== null && value !== undefined)
        .map(([term, value]) => (
          <div key={term}>
            <dt>{term}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}
