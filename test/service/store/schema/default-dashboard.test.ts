import { describe, expect, it } from 'vitest';
import { defaultDashboard } from '../../../../service/store/schema/default-dashboard.ts';
import { thisMachineDashboard } from '../../../../service/store/schema/this-machine-dashboard.ts';

type Place = (typeof defaultDashboard)['panels'][number]['place'];

function overlap(one: Place, two: Place): boolean {
  const apart =
    one.column + one.columns <= two.column ||
    two.column + two.columns <= one.column ||
    one.row + one.rows <= two.row ||
    two.row + two.rows <= one.row;
  return !apart;
}

describe.each([defaultDashboard, thisMachineDashboard('workshop')])(
  'the dashboard "$title"',
  ({ panels }) => {
    it('places its panels beside one another, on the grid', () => {
      const overlaps = panels.flatMap((one, at) =>
        panels
          .slice(at + 1)
          .flatMap((two) => (overlap(one.place, two.place) ? [[one.id, two.id]] : [])),
      );
      expect(overlaps).toEqual([]);
      expect(panels.every(({ place }) => place.column + place.columns <= 24)).toBe(true);
      expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    });
  },
);

describe('the default dashboard', () => {
  const { panels } = defaultDashboard;

  it('compares all traffic with a day earlier, and shows devices with the rest of them', () => {
    const queryOf = (id: string) => panels.find((panel) => panel.id === id)?.query;
    expect(queryOf('total-in')).toMatchObject({ groupBy: { by: 'site' }, offsetMs: 86_400_000 });
    // A sum over the highest alone would be no total.
    expect(queryOf('total-in')?.top).toBeUndefined();
    expect(queryOf('traffic-by-device')).toMatchObject({
      groupBy: { by: 'device' },
      top: 8,
      other: true,
    });
  });
});
