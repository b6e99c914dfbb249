/** What charts need from `tokens.css`, read from the computed style so that colours live in one place. */
export interface Palette {
  readonly text: string;
  readonly muted: string;
  readonly grid: string;
  readonly surface: string;
  readonly accent: string;
  readonly threshold: string;
  readonly series: readonly string[];
  readonly font: string;
}

const seriesTokens = Array.from({ length: 8 }, (_, index) => `--series-${index + 1}`);

export function readPalette(element: Element = document.documentElement): Palette {
  const style = getComputedStyle(element);
  const token = (name: string) => style.getPropertyValue(name).trim();
  return {
    text: token('--text'),
    muted: token('--muted'),
    grid: token('--grid'),
    surface: token('--surface'),
    accent: token('--accent'),
    threshold: token('--major'),
    series: seriesTokens.map(token),
    font: token('--font'),
  };
}
