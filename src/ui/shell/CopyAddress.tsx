import { ActionIcon } from '@mantine/core';
import { IconLink } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { toHash } from '../../state/url.ts';
import { Hint } from '../shared/Hint.tsx';
import { useLabStore } from '../shared/LabContext.tsx';
import styles from './Header.module.css';

const SHOWN_MS = 4000;

/** Copies the address of the setting as it is now, and says so; where the clipboard is closed, shows the address. */
export function CopyAddress() {
  const store = useLabStore();
  const [said, setSaid] = useState('');
  useEffect(() => {
    if (said === '') return undefined;
    const timer = setTimeout(() => setSaid(''), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [said]);

  const copy = async () => {
    const state = store.getState();
    const address = `${location.origin}${location.pathname}#${toHash(state, state.engine.manifest)}`;
    const leftOut = state.query.kind === 'own' ? ' It leaves your own query out.' : '';
    try {
      // Undefined where the page is not served over HTTPS: that too ends in the notice.
      await navigator.clipboard.writeText(address);
      setSaid(`Address copied.${leftOut}`);
    } catch {
      setSaid('');
      state.fail(`The browser did not let the address be copied. Here it is: ${address}${leftOut}`);
    }
  };
  return (
    <>
      <Hint text="Copy the address of this setting: recipe, factors, query and view">
        <ActionIcon
          variant="subtle"
          color="gray"
          size="lg"
          aria-label="Copy the address of this setting"
          onClick={() => void copy()}
        >
          <IconLink size={20} />
        </ActionIcon>
      </Hint>
      <span className={styles.said} role="status">
        {said}
      </span>
    </>
  );
}
