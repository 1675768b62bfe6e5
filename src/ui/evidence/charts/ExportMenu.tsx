import { Button, Menu } from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { AbortedError, messageOf } from '../../../base/errors.ts';
import { exportedSettings, tableText, type TableFormat } from '../../../state/evidence/exportTable.ts';
import type { Table } from '../../../state/tables.ts';
import { useLabStore } from '../../shared/LabContext.tsx';
import { saveFile } from '../export/saveFile.ts';
import { settingWords } from '../export/settingWords.ts';
import { standaloneSvg, type StandaloneSvg } from '../export/standaloneSvg.ts';
import { toPng } from '../export/toPng.ts';
import styles from './ExportMenu.module.css';

const SHOWN_MS = 6000;
const TYPES: Record<TableFormat, string> = { csv: 'text/csv;charset=utf-8', json: 'application/json' };

export interface ExportMenuProps {
  /** Head of the chart's file name: "landscape". */
  name: string;
  /** The tables as they are when the menu is opened; empty while nothing is counted. */
  tables: () => Table[];
  /** The chart on screen, if one is drawn. */
  figure?: () => SVGSVGElement | undefined;
  /** Offers a NumPy script that recomputes the present figures, and the file of components that it reads. */
  python?: boolean;
}

/** What leaves the page: tables as CSV and JSON, the chart as SVG and PNG, the figures as Python. */
export function ExportMenu({ name, tables, figure, python = false }: ExportMenuProps) {
  const store = useLabStore();
  const [there, setThere] = useState<{ tables: Table[]; chart: boolean }>({ tables: [], chart: false });
  const [said, setSaid] = useState('');
  const leaving = useRef<AbortController | undefined>(undefined);

  useEffect(() => {
    if (said === '') return undefined;
    const timer = setTimeout(() => setSaid(''), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [said]);
  useEffect(() => () => leaving.current?.abort(), []);

  const run = async (work: (signal: AbortSignal) => string | Promise<string>) => {
    // What was asked for last is what is wanted.
    leaving.current?.abort();
    const request = new AbortController();
    leaving.current = request;
    const saying = (words: string) => !request.signal.aborted && setSaid(words);
    saying('One moment …');
    try {
      saying(await work(request.signal));
    } catch (error) {
      saying('');
      if (!(error instanceof AbortedError)) store.getState().fail(messageOf(error));
    }
  };
  const save = (file: string, content: Blob): string => {
    saveFile(file, content);
    return `Saved ${file}.`;
  };
  const saveTable = (table: Table, format: TableFormat) =>
    save(
      `bondlab-${table.name}.${format}`,
      new Blob([tableText(table, format, store.getState(), __BONDLAB_VERSION__)], { type: TYPES[format] }),
    );
  const chartNow = (): StandaloneSvg => {
    const chart = figure!()!;
    const [table] = there.tables;
    const lines = [
      chart.getAttribute('aria-label'),
      ...(table?.notes ?? []),
      settingWords(exportedSettings(store.getState(), table)),
      `Bondlab ${__BONDLAB_VERSION__}`,
    ];
    const about = lines.filter(Boolean).join('\n');
    return standaloneSvg(chart, { title: table?.title ?? name, about });
  };
  const pythonNow = async (signal: AbortSignal) => {
    // Loaded when it is asked for: few visitors need it.
    const { exportPython } = await import('../../../state/evidence/python.ts');
    return exportPython(store.getState(), __BONDLAB_VERSION__, signal);
  };
  const saveScript = ({ script, scriptName }: { script: string; scriptName: string }) =>
    save(scriptName, new Blob([script], { type: 'text/x-python' }));
  const copyPython = async (signal: AbortSignal) => {
    const made = await pythonNow(signal);
    try {
      await navigator.clipboard.writeText(made.script);
    } catch {
      return `The browser did not let it be copied. ${saveScript(made)}`;
    }
    return 'Copied. It reads bondlab-components.npz: save that file from this menu too.';
  };

  return (
    <div className={styles.place}>
      <Menu
        position="bottom-end"
        width={290}
        withinPortal
        onOpen={() => setThere({ tables: tables(), chart: figure?.() !== undefined })}
      >
        <Menu.Target>
          <Button variant="default" size="xs" rightSection={<IconChevronDown size={14} aria-hidden />}>
            Export
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {there.tables.length === 0 && <Menu.Label>Nothing is counted yet.</Menu.Label>}
          {there.tables.map((table) => (
            <TableItems
              key={table.name}
              table={table}
              onSave={(format) => void run(() => saveTable(table, format))}
            />
          ))}
          {figure && (
            <>
              <Menu.Divider />
              <Menu.Label>Chart</Menu.Label>
              <Item
                name="SVG"
                about="As it looks now, in its own file"
                disabled={!there.chart}
                onClick={() =>
                  void run(() => {
                    const { text } = chartNow();
                    return save(`bondlab-${name}.svg`, new Blob([text], { type: 'image/svg+xml' }));
                  })
                }
              />
              <Item
                name="PNG"
                about="Twice its size on screen"
                disabled={!there.chart}
                onClick={() => void run(async () => save(`bondlab-${name}.png`, await toPng(chartNow())))}
              />
            </>
          )}
          {python && (
            <>
              <Menu.Divider />
              <Menu.Label>These figures in Python</Menu.Label>
              <Item
                name="Copy as Python"
                about="A NumPy script that recomputes and checks them"
                onClick={() => void run(copyPython)}
              />
              <Item
                name="Save the script"
                about="The same, as a file"
                onClick={() => void run(async (signal) => saveScript(await pythonNow(signal)))}
              />
              <Item
                name="Save its components"
                about="Vectors and tasks that it reads (.npz)"
                onClick={() =>
                  void run(async (signal) => {
                    const made = await pythonNow(signal);
                    return save(
                      made.componentsName,
                      new Blob([made.components()], { type: 'application/zip' }),
                    );
                  })
                }
              />
            </>
          )}
        </Menu.Dropdown>
      </Menu>
      <span className={styles.said} role="status">
        {said}
      </span>
    </div>
  );
}

function TableItems({ table, onSave }: { table: Table; onSave: (format: TableFormat) => void }) {
  return (
    <>
      <Menu.Label>{table.title}</Menu.Label>
      <Item name="CSV" about="The figures alone, unrounded" onClick={() => onSave('csv')} />
      <Item name="JSON" about="With notes and settings" onClick={() => onSave('json')} />
    </>
  );
}

interface ItemProps {
  name: ReactNode;
  about: string;
  disabled?: boolean;
  onClick: () => void;
}

function Item({ name, about, disabled = false, onClick }: ItemProps) {
  return (
    <Menu.Item disabled={disabled} onClick={onClick}>
      <span className={styles.item}>
        {name}
        <span className={styles.about}>{about}</span>
      </span>
    </Menu.Item>
  );
}
