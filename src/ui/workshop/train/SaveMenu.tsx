import { Button, Menu } from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';
import { useState } from 'react';
import { saveFile } from '../../evidence/export/saveFile.ts';
import { useLab } from '../../shared/LabContext.tsx';
import type { SaveItem } from './saveItems.ts';
import { styles } from './runStyles.ts';

/** Saves what is offered when it is opened. */
export function SaveMenu({ items }: { items: () => SaveItem[] }) {
  const attempt = useLab((s) => s.attempt);
  const [there, setThere] = useState<SaveItem[]>([]);
  return (
    <Menu position="bottom-end" width={250} withinPortal onOpen={() => setThere(items())}>
      <Menu.Target>
        <Button variant="default" size="xs" rightSection={<IconChevronDown size={14} aria-hidden />}>
          Save
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <SaveMenuItems
          items={there}
          onSave={(item) => void attempt(async () => saveFile(item.file, await item.make()))}
        />
      </Menu.Dropdown>
    </Menu>
  );
}

/** The lines of a menu that save something. */
export function SaveMenuItems({
  items,
  onSave,
}: {
  items: readonly SaveItem[];
  onSave: (item: SaveItem) => void;
}) {
  return items.map((item) => (
    <Menu.Item key={item.file} onClick={() => onSave(item)}>
      <span className={styles.menuItem}>
        {item.name}
        <small>{item.about}</small>
      </span>
    </Menu.Item>
  ));
}
