import { useMemo } from 'react';
import { useSettings } from '../settings/settings.ts';
import { readPalette, type Palette } from './read-palette.ts';

/** The colours of the current theme, read again when it changes. */
export function usePalette(): Palette {
  const { theme } = useSettings();
  // The theme is on the document before any component sees it change.
  // oxlint-disable-next-line react-hooks/exhaustive-deps
  return useMemo(() => readPalette(), [theme]);
}
