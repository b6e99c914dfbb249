import { useStore, type ReadableStore } from '../../settings/store.ts';
import type { Zone } from '../../settings/settings.ts';
import { gapMarks, gapSentences, type NamedGap, type PlotPlace } from './known-gaps.ts';
import './gap-bands.css';

interface GapBandsProps {
  readonly gaps: readonly NamedGap[];
  readonly place: ReadableStore<PlotPlace | null>;
  readonly zone: Zone;
  /** One device alone is on the panel: its outages are those of the whole plot. */
  readonly alone: boolean;
  /** Puts the cursor there, which says why. */
  readonly onPoint: (timeMs: number) => void;
  readonly onLeave: () => void;
}

/** Known outages as hatched bands over the plot; each can be reached by keyboard and says its reason. */
export function GapBands({ gaps, place, zone, alone, onPoint, onLeave }: GapBandsProps) {
  const plot = useStore(place);
  if (plot === null || gaps.length === 0) return null;
  const { left, top, width, height } = plot;
  return (
    <div className="gap-bands" data-alone={alone || undefined} style={{ left, top, width, height }}>
      {gapMarks(gaps, plot).map((mark) => (
        <button
          key={mark.gaps[0]!.fromMs}
          type="button"
          className="gap-mark"
          style={{ left: mark.left + mark.width / 2, width: mark.width }}
          aria-label={gapSentences(mark.gaps, zone).join(' ')}
          onFocus={() => onPoint(mark.middleMs)}
          onBlur={onLeave}
        >
          {mark.bands.map((band) => (
            <span
              key={band.key}
              className="gap-band"
              style={{
                left: `calc(50% + ${band.left - mark.left - mark.width / 2}px)`,
                width: band.width,
              }}
            />
          ))}
        </button>
      ))}
    </div>
  );
}
