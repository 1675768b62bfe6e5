import { useEffect, useRef, type RefObject } from 'react';

/** Gives the focus back to a control when what took its place is done with: put the ref on that control. */
export function useFocusBack(busy: boolean): RefObject<HTMLButtonElement | null> {
  const control = useRef<HTMLButtonElement>(null);
  const was = useRef(busy);
  useEffect(() => {
    if (was.current && !busy) control.current?.focus();
    was.current = busy;
  }, [busy]);
  return control;
}
