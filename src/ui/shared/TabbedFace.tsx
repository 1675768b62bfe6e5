import { Tabs } from '@mantine/core';
import { Suspense, type ComponentType, type LazyExoticComponent, type ReactNode } from 'react';
import { PanelBoundary } from './PanelBoundary.tsx';
import styles from './TabbedFace.module.css';

export interface FaceTab<Id extends string> {
  id: Id;
  label: string;
  /** Its code comes when it is opened. */
  Content: LazyExoticComponent<ComponentType>;
}

interface TabbedFaceProps<Id extends string> {
  name: string;
  tabs: readonly FaceTab<Id>[];
  shown: Id;
  onShow: (id: Id) => void;
  /** What lies over the tabs. */
  children?: ReactNode;
}

/** A face of the page: one tab at a time, each with a border that its failures do not cross. */
export function TabbedFace<Id extends string>({ name, tabs, shown, onShow, children }: TabbedFaceProps<Id>) {
  return (
    <Tabs
      className={styles.workspace!}
      value={shown}
      keepMounted={false}
      onChange={(next) => next && onShow(next as Id)}
    >
      <Tabs.List className={styles.tabs!} aria-label={name}>
        {tabs.map(({ id, label }) => (
          <Tabs.Tab key={id} value={id}>
            {label}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {tabs.map(({ id, label, Content }) => (
        <Tabs.Panel key={id} value={id} className={styles.panel!}>
          <PanelBoundary name={`“${label}”`}>
            <Suspense fallback={<p className={styles.waiting}>{label} is on its way …</p>}>
              <Content />
            </Suspense>
          </PanelBoundary>
        </Tabs.Panel>
      ))}
      {children}
    </Tabs>
  );
}
