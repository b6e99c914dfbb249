import { useLayoutEffect, useRef, type RefObject } from 'react';

/** A ref that holds the value of the last finished render, for callbacks and timers that outlive it. */
export function useNewest<Value>(value: Value): RefObject<Value> {
  const ref = useRef(value);
  useLayoutEffect(() => {
    ref.current = value;
  });
  return ref;
}
