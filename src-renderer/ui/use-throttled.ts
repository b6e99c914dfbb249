import { useEffect, useRef, useState } from 'react';

/** Follows a value, but changes at most every `everyMs`, so that numbers can be read and rows do not dance. */
export function useThrottled<Value>(value: Value, everyMs: number): Value {
  const [shown, setShown] = useState(value);
  const changedAtMs = useRef(0);
  useEffect(() => {
    const waitMs = Math.max(0, changedAtMs.current + everyMs - Date.now());
    const timer = setTimeout(() => {
      changedAtMs.current = Date.now();
      setShown(value);
    }, waitMs);
    return () => clearTimeout(timer);
  }, [value, everyMs]);
  return shown;
}
