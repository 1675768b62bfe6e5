import { Button, Select } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useState, type Ref } from 'react';
import { EXPORT_FORMATS, type ExportFormat } from '../../../engine/exchange/types.ts';
import type { Ensemble } from '../../../recipe/types.ts';
import {
  estimateBytes,
  fileNameOf,
  FORMAT_WORDS,
  loadSnippet,
  sizedOf,
} from '../../../state/workshop/exportWords.ts';
import { saveFile } from '../../evidence/export/saveFile.ts';
import { useLab } from '../../shared/LabContext.tsx';
import { bytesWords } from '../../../state/data/words.ts';
import { Snippet } from './Snippet.tsx';
import { styles } from './styles.ts';

const ORIGINS: { origin: Ensemble['origin']; group: string }[] = [
  { origin: 'embedded', group: 'Ships with the lab' },
  { origin: 'trained', group: 'Trained here' },
  { origin: 'imported', group: 'From files' },
];

/** Any ensemble as a file: which one, in which format, what it holds and how it is loaded. */
export function ExportPart({
  ensemble,
  onChoose,
  ref,
}: {
  ensemble: Ensemble;
  onChoose: (id: string) => void;
  ref: Ref<HTMLElement>;
}) {
  const engine = useLab((s) => s.engine);
  const ensembles = useLab((s) => s.ensembles);
  const spaces = useLab((s) => s.spaces);
  const attempt = useLab((s) => s.attempt);
  const [format, setFormat] = useState<ExportFormat>('onnx-fp32');
  const [busy, setBusy] = useState<ExportFormat>();
  /** Bytes of the files that were made, by ensemble and format. */
  const [made, setMade] = useState<Readonly<Record<string, number>>>({});
  const sized = sizedOf(ensemble, spaces);
  const key = (one: ExportFormat) => `${ensemble.id} ${ensemble.members.length} ${one}`;
  const hidden = sized.hidden ?? engine.training.defaults.hidden;
  const save = async (one: ExportFormat) => {
    setFormat(one);
    setBusy(one);
    await attempt(async () => {
      const { name, blob } = await engine.exchange.exportEnsemble(ensemble.id, one);
      saveFile(name, blob);
      setMade((before) => ({ ...before, [key(one)]: blob.size }));
    });
    setBusy(undefined);
  };
  const { holds, needs } = FORMAT_WORDS[format];
  return (
    <section ref={ref} tabIndex={-1} className={styles.part} aria-labelledby="out-title">
      <h3 id="out-title">Take one away</h3>
      <Select
        label="Ensemble"
        size="sm"
        allowDeselect={false}
        value={ensemble.id}
        data={ORIGINS.map(({ origin, group }) => ({
          group,
          items: ensembles
            .filter((one) => one.origin === origin)
            .map(({ id, name }) => ({ value: id, label: name })),
        })).filter(({ items }) => items.length > 0)}
        onChange={(id) => id && onChoose(id)}
      />
      <p className={styles.note}>
        {ensemble.members.length === 1 ? 'One member' : `${ensemble.members.length} members`} (
        {ensemble.members.join(', ')}), from {sized.dIn} to {sized.dOut} dimensions.
        {ensemble.origin === 'embedded' &&
          ' Its weights are those that ship with the lab: 8 bits in blocks of 32, in every format.'}
      </p>
      <table className={styles.formats}>
        <thead className={styles.unseen}>
          <tr>
            <th scope="col">format</th>
            <th scope="col">size</th>
            <th scope="col">save</th>
          </tr>
        </thead>
        <tbody>
          {EXPORT_FORMATS.map((one) => {
            const known = made[key(one)];
            return (
              <tr key={one} data-chosen={one === format || undefined}>
                <th scope="row">
                  <button type="button" aria-pressed={one === format} onClick={() => setFormat(one)}>
                    {FORMAT_WORDS[one].name}
                  </button>
                </th>
                <td>
                  {known === undefined
                    ? `about ${bytesWords(estimateBytes(sized, hidden, one))}`
                    : bytesWords(known)}
                </td>
                <td>
                  <Button
                    size="xs"
                    variant={one === format ? 'filled' : 'default'}
                    leftSection={<IconDownload size={14} aria-hidden />}
                    loading={busy === one}
                    disabled={busy !== undefined && busy !== one}
                    aria-label={`Save as ${FORMAT_WORDS[one].name}`}
                    onClick={() => void save(one)}
                  >
                    Save
                  </Button>
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      <p className={styles.holds}>
        <b>{fileNameOf(ensemble, format)}</b>: {holds} Needs {needs}.
      </p>
      <Snippet title="Load it in Python" code={loadSnippet(sized, format, spaces)} />
    </section>
  );
}
