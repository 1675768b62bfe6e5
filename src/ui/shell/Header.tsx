import {
  ActionIcon,
  Drawer,
  Menu,
  SegmentedControl,
  Select,
  useComputedColorScheme,
  useMantineColorScheme,
} from '@mantine/core';
import { IconChartBar, IconHelp, IconMoon, IconPresentation, IconSun } from '@tabler/icons-react';
import { lazy, Suspense, useEffect, useState } from 'react';
import { recipeOf } from '../../state/selectors.ts';
import type { View } from '../../state/types.ts';
import { Hint } from '../shared/Hint.tsx';
import { useLab } from '../shared/LabContext.tsx';
import { CollectionMenu } from './CollectionMenu.tsx';
import { CopyAddress } from './CopyAddress.tsx';
import { Help } from './Help.tsx';
import { PanelBoundary } from '../shared/PanelBoundary.tsx';
import styles from './Header.module.css';

/** Loaded when it is first opened. */
const Figures = lazy(() => import('../figures/Figures.tsx'));

const FACES: { value: View; label: string }[] = [
  { value: 'lab', label: 'Lab' },
  { value: 'evidence', label: 'Evidence' },
  { value: 'workshop', label: 'Workshop' },
  { value: 'data', label: 'Data' },
];

export function Header() {
  const embedded = useLab((s) => s.engine.embedded);
  const recipe = useLab(recipeOf);
  const recipes = useLab((s) => s.recipes);
  const chooseRecipe = useLab((s) => s.chooseRecipe);
  const view = useLab((s) => s.view);
  const show = useLab((s) => s.show);
  const presenter = useLab((s) => s.presenter);
  const set = useLab((s) => s.set);
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme('light');
  const [help, setHelp] = useState(false);
  const [figures, setFigures] = useState<'never opened' | 'open' | 'closed'>('never opened');
  useEffect(() => {
    document.documentElement.toggleAttribute('data-presenter', presenter);
  }, [presenter]);
  const closeFigures = () => setFigures('closed');
  return (
    <header className={styles.header}>
      <h1 className={styles.name}>
        <svg width="30" height="20" viewBox="0 0 30 20" aria-hidden="true">
          <defs>
            <linearGradient id="logo">
              <stop offset="0" style={{ stopColor: 'var(--bl-base)' }} />
              <stop
                offset="0.5"
                style={{ stopColor: 'color-mix(in oklch, var(--bl-expert), var(--bl-base))' }}
              />
              <stop offset="1" style={{ stopColor: 'var(--bl-expert)' }} />
            </linearGradient>
          </defs>
          <circle cx="7" cy="10" r="5" fill="var(--bl-base)" />
          <circle cx="23" cy="10" r="5" fill="var(--bl-expert)" />
          <rect x="7" y="8" width="16" height="4" fill="url(#logo)" />
        </svg>
        <span className={styles.word}>Bondlab</span>
      </h1>
      <CollectionMenu />
      <Select
        className={styles.recipe}
        aria-label="Recipe"
        size="sm"
        allowDeselect={false}
        checkIconPosition="right"
        value={recipe.id}
        data={recipes.map(({ id, name }) => ({ value: id, label: name }))}
        onChange={(id) => {
          if (id) void chooseRecipe(id);
        }}
      />
      <Hint text="c: combination bond, d: displacement bond (FreeBind, section 3)">
        <code className={styles.formula} tabIndex={0}>
          {recipe.formula}
        </code>
      </Hint>
      <span className={styles.space} />
      <SegmentedControl
        className={styles.view}
        aria-label="View"
        size="sm"
        value={view}
        data={FACES}
        onChange={(next) => show(next as View)}
      />
      <CopyAddress />
      {embedded && (
        <Hint text="Figures: how the spaces and bonds were made and what they reach">
          <ActionIcon
            variant="subtle"
            color="gray"
            size="lg"
            aria-label="Figures"
            onClick={() => setFigures('open')}
          >
            <IconChartBar size={20} />
          </ActionIcon>
        </Hint>
      )}
      <Hint text="Larger type for a lecture hall">
        <ActionIcon
          variant={presenter ? 'light' : 'subtle'}
          color="gray"
          size="lg"
          className={styles.wide!}
          aria-label="Presenter mode"
          aria-pressed={presenter}
          onClick={() => set({ presenter: !presenter })}
        >
          <IconPresentation size={20} />
        </ActionIcon>
      </Hint>
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" size="lg" aria-label="Theme">
            {scheme === 'dark' ? <IconMoon size={20} /> : <IconSun size={20} />}
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => setColorScheme('light')}>Light</Menu.Item>
          <Menu.Item onClick={() => setColorScheme('dark')}>Dark</Menu.Item>
          <Menu.Item onClick={() => setColorScheme('auto')}>As the system</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <ActionIcon
        variant="subtle"
        color="gray"
        size="lg"
        aria-label="What is this?"
        onClick={() => setHelp(true)}
      >
        <IconHelp size={20} />
      </ActionIcon>
      {figures !== 'never opened' && (
        <PanelBoundary
          name="The figures"
          frame={(failure) => (
            <Drawer
              opened={figures === 'open'}
              onClose={closeFigures}
              position="right"
              title="Figures of the embedded world"
              closeButtonProps={{ 'aria-label': 'Close the figures' }}
            >
              {failure}
            </Drawer>
          )}
        >
          <Suspense fallback={null}>
            <Figures opened={figures === 'open'} onClose={closeFigures} />
          </Suspense>
        </PanelBoundary>
      )}
      <Help opened={help} onClose={() => setHelp(false)} />
    </header>
  );
}
