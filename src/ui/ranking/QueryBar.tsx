import { Button, Combobox, FileButton, TextInput, useCombobox } from '@mantine/core';
import { IconMicrophone, IconPhoto, IconPlayerStop, IconSearch } from '@tabler/icons-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import { messageOf } from '../../base/errors.ts';
import { MODALITIES, type Modality } from '../../base/modality.ts';
import { recordMicrophone } from '../../engine/encoders/microphone.ts';
import type { LabEngine } from '../../engine/types.ts';
import { ItemThumb } from '../shared/ItemThumb.tsx';
import { useLab } from '../shared/LabContext.tsx';
import { atlasOf, lookOf } from '../shared/itemLook.ts';
import { labelOf, toOwnInput } from './ownInput.ts';
import styles from './Ranking.module.css';

const RECORDING_S = 3;
const MAX_FOUND = 24;

interface Found {
  modality: Modality;
  index: number;
}

/** The query card says what went wrong with an own query. */
const shownAbove = () => undefined;

/** Items whose caption has every word of the text, sounds first. */
function findItems(engine: LabEngine, text: string): Found[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const found: Found[] = [];
  for (const modality of MODALITIES.toReversed()) {
    for (const [index, { caption }] of engine.manifest[modality].entries()) {
      if (found.length >= MAX_FOUND) return found;
      const lower = caption.toLowerCase();
      if (words.every((word) => lower.includes(word))) found.push({ modality, index });
    }
  }
  return found;
}

/** Ask: type, pick from the collection, drop or choose a file, record. */
export function QueryBar() {
  const engine = useLab((s) => s.engine);
  const askItem = useLab((s) => s.askItem);
  const askOwn = useLab((s) => s.askOwn);
  const fail = useLab((s) => s.fail);
  const [text, setText] = useState('');
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() });
  const found = useMemo(() => findItems(engine, text), [engine, text]);
  const atlas = atlasOf(engine);
  const resetFile = useRef<() => void>(null);

  const askText = () => {
    combobox.closeDropdown();
    askOwn({ modality: 'text', text }, text.trim()).catch(shownAbove);
  };
  const askFile = (file: File | null) => {
    if (!file) return;
    toOwnInput(file).then(
      (input) => askOwn(input, labelOf(input, file)).catch(shownAbove),
      (error: unknown) => fail(messageOf(error)),
    );
  };
  return (
    <div className={styles.ask}>
      <Combobox
        store={combobox}
        onOptionSubmit={(value) => {
          combobox.closeDropdown();
          if (value === 'own') return askText();
          const [modality, index] = value.split(' ') as [Modality, string];
          askItem(modality, Number(index));
          setText('');
        }}
      >
        <Combobox.Target>
          <TextInput
            className={styles.askInput}
            value={text}
            placeholder="Type a query, or find one in the collection"
            aria-label="Query"
            leftSection={<IconSearch size={18} aria-hidden />}
            onChange={(event) => {
              setText(event.currentTarget.value);
              combobox.openDropdown();
              combobox.updateSelectedOptionIndex();
            }}
            onFocus={() => combobox.openDropdown()}
            onClick={() => combobox.openDropdown()}
            onBlur={() => combobox.closeDropdown()}
            onKeyDown={(event) => {
              if (event.key === 'Enter' && combobox.getSelectedOptionIndex() < 0) {
                event.preventDefault();
                askText();
              }
            }}
          />
        </Combobox.Target>
        <Combobox.Dropdown>
          <Combobox.Options mah={360} style={{ overflowY: 'auto' }}>
            {text.trim() !== '' && (
              <Combobox.Option value="own">
                Ask your own words: <strong>“{text.trim()}”</strong>
              </Combobox.Option>
            )}
            {found.map(({ modality, index }) => {
              const item = lookOf(engine, modality, index);
              return (
                <Combobox.Option key={`${modality} ${index}`} value={`${modality} ${index}`}>
                  <span style={{ display: 'flex', alignItems: 'center', gap: 8 }}>
                    <ItemThumb item={item} atlas={atlas} sizePx={24} /> {item.caption}
                  </span>
                </Combobox.Option>
              );
            })}
          </Combobox.Options>
        </Combobox.Dropdown>
      </Combobox>
      <FileButton
        resetRef={resetFile}
        accept="image/*,audio/*"
        onChange={(file) => {
          askFile(file);
          // The same file chosen again is a change again.
          resetFile.current?.();
        }}
      >
        {(props) => (
          <Button {...props} variant="default" aria-label="Choose a picture or a sound" px={12}>
            <IconPhoto size={18} aria-hidden />
            <span className={styles.wide}>&nbsp;File</span>
          </Button>
        )}
      </FileButton>
      <RecordButton />
      <DropZone onFile={askFile} />
    </div>
  );
}

/** Records the microphone for a moment and asks with it. */
function RecordButton() {
  const askOwn = useLab((s) => s.askOwn);
  const fail = useLab((s) => s.fail);
  const [recording, setRecording] = useState<{ cancel: AbortController; finish: AbortController }>();
  const [level, setLevel] = useState(0);
  useEffect(() => () => recording?.cancel.abort(), [recording]);

  const record = async () => {
    const cancel = new AbortController();
    const finish = new AbortController();
    setRecording({ cancel, finish });
    try {
      const blob = await recordMicrophone({
        seconds: RECORDING_S,
        signal: cancel.signal,
        finish: finish.signal,
        onLevel: setLevel,
      });
      setRecording(undefined);
      await askOwn({ modality: 'audio', blob }, 'your recording').catch(shownAbove);
    } catch (error) {
      if (!cancel.signal.aborted) fail(messageOf(error));
      setRecording(undefined);
    }
  };
  return (
    <Button
      variant="default"
      px={12}
      aria-label={`Record ${RECORDING_S} seconds with the microphone`}
      title={recording && 'Click: stop, and ask with what was heard'}
      aria-pressed={recording !== undefined}
      style={
        recording && {
          boxShadow: `inset 0 0 0 2px var(--bl-expert), 0 0 0 ${Math.round(level * 12)}px color-mix(in oklch, var(--bl-expert) 30%, transparent)`,
        }
      }
      onClick={() => {
        if (recording) recording.finish.abort();
        else void record();
      }}
    >
      {recording ? <IconPlayerStop size={18} aria-hidden /> : <IconMicrophone size={18} aria-hidden />}
      <span className={styles.wide}>&nbsp;{recording ? 'Listening …' : 'Record'}</span>
    </Button>
  );
}

/** The whole page takes a dropped file. */
function DropZone({ onFile }: { onFile: (file: File | null) => void }) {
  const [over, setOver] = useState(false);
  const latest = useRef(onFile);
  useEffect(() => {
    latest.current = onFile;
  });
  useEffect(() => {
    const hasFile = (event: DragEvent) => event.dataTransfer?.types.includes('Files') === true;
    const onOver = (event: DragEvent) => {
      if (!hasFile(event)) return;
      event.preventDefault();
      setOver(true);
    };
    const onLeave = (event: DragEvent) => {
      if (event.relatedTarget === null) setOver(false);
    };
    const onDrop = (event: DragEvent) => {
      if (!hasFile(event)) return;
      event.preventDefault();
      setOver(false);
      latest.current(event.dataTransfer?.files[0] ?? null);
    };
    window.addEventListener('dragover', onOver);
    window.addEventListener('dragleave', onLeave);
    window.addEventListener('drop', onDrop);
    return () => {
      window.removeEventListener('dragover', onOver);
      window.removeEventListener('dragleave', onLeave);
      window.removeEventListener('drop', onDrop);
    };
  }, []);
  return over ? <div className={styles.dropping}>Drop a picture or a sound</div> : null;
}
