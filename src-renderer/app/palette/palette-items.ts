/** What the palette offers and in which order, for what has been typed. */
export interface PaletteItem {
  readonly id: string;
  readonly group: 'Devices' | 'Dashboards' | 'Actions';
  readonly label: string;
  /** Further words it is found by, and shown beside the label. */
  readonly detail: string;
  readonly run: () => void;
}

const perGroup = 8;
const groups = ['Actions', 'Dashboards', 'Devices'] as const;

/** Every word typed must occur somewhere; items whose label begins with the text come first. */
export function findItems(items: readonly PaletteItem[], text: string): PaletteItem[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const scored = items.flatMap((item) => {
    const label = item.label.toLowerCase();
    const all = `${label} ${item.detail.toLowerCase()}`;
    if (!words.every((word) => all.includes(word))) return [];
    const first = words[0] ?? '';
    return [{ item, score: label.startsWith(first) ? 0 : label.includes(first) ? 1 : 2 }];
  });
  return groups.flatMap((group) =>
    scored
      .filter(({ item }) => item.group === group)
      .toSorted((left, right) => left.score - right.score)
      .slice(0, perGroup)
      .map(({ item }) => item),
  );
}
