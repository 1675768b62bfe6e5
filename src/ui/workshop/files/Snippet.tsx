import { Button } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useLab } from '../../shared/LabContext.tsx';
import { styles } from './styles.ts';

const SHOWN_MS = 3000;

/** Code to take along. */
export function Snippet({ title, code }: { title: string; code: string }) {
  const fail = useLab((s) => s.fail);
  const [copied, setCopied] = useState<string>();
  useEffect(() => {
    if (copied === undefined) return undefined;
    const timer = setTimeout(() => setCopied(undefined), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(code);
      setCopied(code);
    } catch {
      fail('The browser did not let it be copied: select the code and copy it by hand.');
    }
  };
  const done = copied === code;
  return (
    <figure className={styles.snippet}>
      <figcaption>
        {title}
        <Button
          size="compact-xs"
          variant="subtle"
          color="gray"
          leftSection={done ? <IconCheck size={14} aria-hidden /> : <IconCopy size={14} aria-hidden />}
          onClick={() => void copy()}
        >
          {done ? 'Copied' : 'Copy'}
        </Button>
      </figcaption>
      <pre tabIndex={0} role="region" aria-label={title}>
        <code>{code}</code>
      </pre>
    </figure>
  );
}
