/** Which dashboard opens where none was named. Pure. */
import { homeTag } from '../../../core/dashboard/document.ts';
import type { Uuid } from '../../../core/id.ts';

interface Listed {
  readonly id: Uuid;
  readonly tags: readonly string[];
}

/** The one seen last in this browser, else the one tagged as home, else the only one; null where that leaves a choice. */
export function homeDashboard(dashboards: readonly Listed[], lastSeen: string | null): Uuid | null {
  const found =
    dashboards.find(({ id }) => id === lastSeen) ??
    dashboards.find(({ tags }) => tags.includes(homeTag)) ??
    (dashboards.length === 1 ? dashboards[0] : undefined);
  return found?.id ?? null;
}
