import { Button } from '@mantine/core';
import { IconPlayerPauseFilled, IconPlayerPlayFilled } from '@tabler/icons-react';

/** What can be done to something on its way: pause it, go on with it where it stands still, or cancel it. */
export function PauseButtons(props: {
  still: boolean;
  onGoOn: () => void;
  onPause: () => void;
  onCancel: () => void;
}) {
  const { still, onGoOn, onPause, onCancel } = props;
  return (
    <>
      {still ? (
        <Button size="xs" leftSection={<IconPlayerPlayFilled size={14} aria-hidden />} onClick={onGoOn}>
          Go on
        </Button>
      ) : (
        <Button
          size="xs"
          variant="default"
          leftSection={<IconPlayerPauseFilled size={14} aria-hidden />}
          onClick={onPause}
        >
          Pause
        </Button>
      )}
      <Button size="xs" variant="default" onClick={onCancel}>
        Cancel
      </Button>
    </>
  );
}
