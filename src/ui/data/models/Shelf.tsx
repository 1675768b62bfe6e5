import { Button, Select } from '@mantine/core';
import { IconCheck, IconDownload } from '@tabler/icons-react';
import { useState } from 'react';
import type { Precision, ShelfModel } from '../../../engine/models/types.ts';
import { bytesWords, isOpen, proposedPrecision, shelfState, sizesOf } from '../../../state/data/words.ts';
import { useLab } from '../../shared/LabContext.tsx';
import { ModalityShape, MODALITY_WORDS } from '../../shared/modality.tsx';
import { styles } from '../styles.ts';
import { DownloadView } from './DownloadView.tsx';

/** Published models: what each knows, its size and licence, and whether it is on this device. */
export function Shelf() {
  const shelf = useLab((s) => s.data.models.shelf);
  const downloads = useLab((s) => s.data.models.downloads);
  const others = downloads.filter(
    ({ repo, state }) => isOpen(state) && !shelf.some((model) => model.repo === repo),
  );
  return (
    <ul className={styles.shelf}>
      {shelf.map((model) => (
        <ShelfRow key={model.repo} model={model} />
      ))}
      {others.map((download) => (
        <li key={download.repo} className={styles.model}>
          <div className={styles.what}>
            <b>{download.repo}</b>
          </div>
          <DownloadView download={download} />
        </li>
      ))}
    </ul>
  );
}

function ShelfRow({ model }: { model: ShelfModel }) {
  const kept = useLab((s) => s.data.models.kept);
  const downloads = useLab((s) => s.data.models.downloads);
  const state = shelfState(model, kept, downloads);
  const { repo, name, about, modalities, dim, licence } = model;
  return (
    <li className={styles.model} data-repo={repo} data-state={state.kind}>
      <div className={styles.what}>
        <b>
          {name}
          <span
            className={styles.shapes}
            role="img"
            aria-label={modalities.map((one) => MODALITY_WORDS[one].many).join(', ')}
          >
            {modalities.map((modality) => (
              <ModalityShape key={modality} modality={modality} sizePx={12} />
            ))}
          </span>
        </b>
        <span>{about}</span>
        <span>
          <code>{repo}</code> · {dim} numbers · {licence}
        </span>
      </div>
      {state.kind === 'kept' && (
        <p className={styles.here}>
          <IconCheck size={16} aria-hidden /> On this device, {state.model.precision},{' '}
          {bytesWords(state.model.bytes)}
        </p>
      )}
      {state.kind === 'offered' && <Offer model={model} />}
      {state.kind === 'unavailable' && (
        <p className={styles.note}>
          {state.reason} How to make it: <DocsLink address={state.docs} />
        </p>
      )}
      {state.kind === 'downloading' && <DownloadView download={state.download} />}
    </li>
  );
}

/** A link where the address is one; a path of the repository is read as it stands. */
function DocsLink({ address }: { address: string }) {
  if (!/^https?:\/\//.test(address)) return <code>{address}</code>;
  return (
    <a href={address} target="_blank" rel="noreferrer">
      {address.split('/').at(-1)}
    </a>
  );
}

function Offer({ model }: { model: ShelfModel }) {
  const sizes = sizesOf(model.bytes);
  return (
    <FetchControls
      repo={model.repo}
      name={model.name}
      sizes={sizes}
      proposed={proposedPrecision(model.bytes)}
    />
  );
}

interface FetchControlsProps {
  repo: string;
  name: string;
  sizes: readonly { precision: Precision; bytes: number }[];
  proposed: Precision | undefined;
}

/** The precision that is wanted, and the button that fetches it. */
export function FetchControls({ repo, name, sizes, proposed }: FetchControlsProps) {
  const fetchModel = useLab((s) => s.download);
  const [chosen, setChosen] = useState<Precision>();
  const precision = chosen ?? proposed;
  if (precision === undefined) return <p className={styles.note}>It holds no graph that can be used here.</p>;
  return (
    <div className={styles.offer}>
      <Select
        size="xs"
        aria-label={`Precision of ${name}`}
        allowDeselect={false}
        data={sizes.map((one) => ({
          value: one.precision,
          label: `${one.precision}, ${bytesWords(one.bytes)}`,
        }))}
        value={precision}
        onChange={(next) => next && setChosen(next as Precision)}
      />
      <Button
        size="xs"
        variant="default"
        leftSection={<IconDownload size={16} aria-hidden />}
        aria-label={`Download ${name}`}
        onClick={() => void fetchModel(repo, precision)}
      >
        Download
      </Button>
    </div>
  );
}
