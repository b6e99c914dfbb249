/**
 * Ids of groups, of the rest of a top-N and of earlier periods hold within one answer only. Here they get ids that stay
 * the same from answer to answer, so that a line keeps its colour, and a picked line stays picked.
 */
import { firstDerivedId, type SeriesPoints } from '../../core/contract/query.ts';
import type { SeriesId } from '../../core/id.ts';

export class LineIds {
  readonly #idOf = new Map<string, SeriesId>();

  applyTo(lines: readonly SeriesPoints[]): SeriesPoints[] {
    const keys = new Map(
      lines
        .filter((line) => line.earlier === undefined)
        .map((line) => [line.series.id, keyOf(line)]),
    );
    return lines.map((line) => {
      const { series, earlier } = line;
      if (earlier === undefined) {
        return { ...line, series: { ...series, id: this.#stable(series.id, keyOf(line)) } };
      }
      const baseKey = keys.get(earlier.seriesId) ?? String(earlier.seriesId);
      return {
        ...line,
        series: { ...series, id: this.#stable(series.id, `earlier ${baseKey}`) },
        earlier: { ...earlier, seriesId: this.#stable(earlier.seriesId, baseKey) },
      };
    });
  }

  #stable(id: SeriesId, key: string): SeriesId {
    if (id < firstDerivedId) return id;
    const known = this.#idOf.get(key);
    if (known !== undefined) return known;
    const made = (firstDerivedId + this.#idOf.size) as SeriesId;
    this.#idOf.set(key, made);
    return made;
  }
}

/** What makes a line the same one in the next answer. */
function keyOf({ series, shownAs, group, other }: SeriesPoints): string {
  if (other === true) return `other ${series.unit} ${shownAs}`;
  if (group !== undefined)
    return `group ${JSON.stringify([group.label, series.metric, series.kind, series.unit])}`;
  return String(series.id);
}
