import { Tooltip } from '@mantine/core';
import type { ReactElement, ReactNode } from 'react';

/** Says what a number or control is, on hover and on keyboard focus. */
export function Hint({ text, children }: { text: ReactNode; children: ReactElement }) {
  return (
    <Tooltip
      label={text}
      multiline
      maw={320}
      withArrow
      openDelay={250}
      events={{ hover: true, focus: true, touch: true }}
    >
      {children}
    </Tooltip>
  );
}
