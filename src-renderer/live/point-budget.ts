/** How finely a panel asks for its series, so that all of them together stay cheap to draw. */

/** Points of all series of a panel together; beyond it, redraws of the interpreted charts exceed a frame's time. */
export const panelPoints = 1_600;
const coarsestPx = 60;

export function widthFor(panelPx: number, seriesCount: number): number {
  const fair = Math.floor(panelPoints / Math.max(1, seriesCount));
  return Math.max(coarsestPx, Math.min(Math.round(panelPx), fair));
}
