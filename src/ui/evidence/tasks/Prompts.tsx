import { Button, Popover, Textarea } from '@mantine/core';
import { useState } from 'react';
import { messageOf } from '../../../base/errors.ts';
import { CLASS_TEMPLATES, OWN_CLASS_TEMPLATES } from '../../../world/classes.ts';
import { CLASS_TASKS } from '../../../world/tasks.ts';
import type { ClassTaskId } from '../../../world/types.ts';
import { useLab } from '../../shared/LabContext.tsx';
import { taskWords } from '../../shared/modality.tsx';
import { styles } from './styles.ts';

type Drafts = Record<ClassTaskId, string>;

const linesOf = (text: string): string[] => text.split('\n').filter((line) => line.trim() !== '');
const textsOf = (templates: Readonly<Record<ClassTaskId, readonly string[]>>): Drafts => ({
  'audio>class': templates['audio>class'].join('\n'),
  'image>class': templates['image>class'].join('\n'),
});

/** The templates that put the classes in words, to be read and to be changed. */
export function Prompts() {
  const [opened, setOpened] = useState(false);
  return (
    <Popover opened={opened} onChange={setOpened} width={340} position="bottom-start" withArrow trapFocus>
      <Popover.Target>
        <button
          type="button"
          className={styles.prompts}
          aria-expanded={opened}
          onClick={() => setOpened((now) => !now)}
        >
          prompts
        </button>
      </Popover.Target>
      <Popover.Dropdown>
        {/* Made anew at each opening: a draft that was left is forgotten. */}
        <Editor onDone={() => setOpened(false)} />
      </Popover.Dropdown>
    </Popover>
  );
}

function Editor({ onDone }: { onDone: () => void }) {
  const templates = useLab((s) => s.templates);
  const setTemplates = useLab((s) => s.setTemplates);
  const usual = useLab((s) => (s.engine.embedded ? CLASS_TEMPLATES : OWN_CLASS_TEMPLATES));
  const [drafts, setDrafts] = useState<Drafts>(() => textsOf(templates));
  const [failed, setFailed] = useState<{ id: ClassTaskId; message: string }>();
  const count = () => {
    for (const id of CLASS_TASKS) {
      const wanted = linesOf(drafts[id]);
      if (wanted.join('\n') === templates[id].join('\n')) continue;
      try {
        setTemplates(id, wanted);
      } catch (error) {
        setFailed({ id, message: messageOf(error) });
        return;
      }
    }
    onDone();
  };
  return (
    <div className={styles.editor}>
      <p>
        One template a line; {'{}'} is where the class goes. A class’s vector is the normalised mean of its
        fused prompts.
      </p>
      {CLASS_TASKS.map((id) => (
        <Textarea
          key={id}
          label={taskWords(id)}
          size="xs"
          autosize
          minRows={3}
          maxRows={8}
          value={drafts[id]}
          error={failed?.id === id && failed.message}
          onChange={(event) => {
            setFailed(undefined);
            setDrafts({ ...drafts, [id]: event.currentTarget.value });
          }}
        />
      ))}
      <div className={styles.controls}>
        <Button size="xs" onClick={count}>
          Count with these
        </Button>
        <Button size="xs" variant="default" onClick={() => setDrafts(textsOf(usual))}>
          Reset
        </Button>
      </div>
    </div>
  );
}
