import { Button, SegmentedControl, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import type { Host } from '../../../engine/models/types.ts';
import { useLab } from '../../shared/LabContext.tsx';
import { FileDrop } from '../../shared/FileDrop.tsx';
import { styles } from '../styles.ts';

const KINDS: { value: Host['kind']; label: string }[] = [
  { value: 'hub', label: 'The hub' },
  { value: 'mirror', label: 'A mirror' },
  { value: 'folder', label: 'A folder' },
];

/** Where repositories are read from. */
export function HostChoice() {
  const host = useLab((s) => s.data.models.host);
  const models = useLab((s) => s.engine.models);
  const attempt = useLab((s) => s.attempt);
  // A mirror and a folder need more than a click before they are one.
  const [wanted, setWanted] = useState<Host['kind']>();
  const kind = wanted ?? host.kind;
  const choose = (next: Host['kind']) => {
    setWanted(next);
    if (next === 'hub') void attempt(() => models.setHost({ kind: 'hub' }));
  };
  return (
    <div className={styles.host}>
      <span className={styles.label} id="host-label">
        Fetched from
      </span>
      <SegmentedControl size="xs" aria-labelledby="host-label" data={KINDS} value={kind} onChange={choose} />
      <span className={styles.note}>{hostWords(host)}</span>
      {kind === 'mirror' && <Mirror host={host} />}
      {kind === 'folder' && (
        <FileDrop
          label="Folder of repositories"
          onFiles={(given) =>
            void attempt(async () => {
              const files = await given;
              const name = files[0]?.path.split('/')[0] ?? 'folder';
              models.setHost({ kind: 'folder', name }, files);
            })
          }
        >
          <p className={styles.note}>
            A folder of repositories as the hub lays them (<code>owner/name/config.json</code> …), or one
            repository
          </p>
        </FileDrop>
      )}
    </div>
  );
}

function hostWords(host: Host): string {
  if (host.kind === 'hub') return 'huggingface.co';
  return host.kind === 'mirror' ? host.address : `the folder ${host.name}`;
}

function Mirror({ host }: { host: Host }) {
  const models = useLab((s) => s.engine.models);
  const attempt = useLab((s) => s.attempt);
  const [address, setAddress] = useState(host.kind === 'mirror' ? host.address : '');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void attempt(() => models.setHost({ kind: 'mirror', address: address.trim() }));
  };
  return (
    <form className={styles.repo} onSubmit={submit}>
      <TextInput
        label="Address that answers as the hub does"
        size="sm"
        placeholder="https://mirror.example.org"
        type="url"
        value={address}
        onChange={({ currentTarget }) => setAddress(currentTarget.value)}
      />
      <Button type="submit" size="sm" variant="default" disabled={address.trim() === ''}>
        Use it
      </Button>
    </form>
  );
}
