import { SegmentedControl } from '@mantine/core';
import { useState } from 'react';
import type { MapSliceId } from '../../engine/maps/types.ts';
import { Hint } from '../shared/Hint.tsx';
import { Figures } from './Figures.tsx';
import { Legend } from './Legend.tsx';
import { MapCanvas } from './MapCanvas.tsx';
import type { Highlight } from './scene.ts';
import { SliceStatus } from './SliceStatus.tsx';
import type { MapColorMode, MapPairMode, MapPanelProps } from './types.ts';
import styles from './MapPanel.module.css';

/** The aligned map: one slice at a time, morphing between base, current and expert, with its figures. Reads no store. */
export function MapPanel(props: MapPanelProps) {
  const { items, slices, looks, sliceIds, slice, figures, colorMode, pairMode } = props;
  const [highlight, setHighlight] = useState<Highlight>();
  const state = slices[slice];
  const look = looks[slice];
  const coordinates = 'coordinates' in state ? state.coordinates : undefined;
  return (
    <div className={styles.panel} data-empty={!coordinates || undefined}>
      {sliceIds.length > 1 && (
        <SegmentedControl
          aria-label="Slice of the map"
          size="xs"
          fullWidth
          value={slice}
          onChange={(id) => props.onSlice(id as MapSliceId)}
          data={sliceIds.map((id) => ({
            value: id,
            label: (
              <span className={styles.slice} data-absent={slices[id].status === 'absent' || undefined}>
                <span className={styles.dot} style={{ background: looks[id].color }} />
                <span>{looks[id].name}</span>
              </span>
            ),
          }))}
        />
      )}
      <div className={styles.view}>
        <MapCanvas
          {...props}
          sliceName={look.name}
          color={look.color}
          coordinates={coordinates}
          highlight={highlight}
        />
        <Hint text="A picture of neighbourhoods: near points are alike. The axes have no unit, and the distance between groups is not to be read.">
          <p className={styles.axes} tabIndex={0}>
            UMAP 1 / UMAP 2, no unit
          </p>
        </Hint>
        <SliceStatus state={state} onCancel={props.onCancel} onRetry={props.onRetry} />
      </div>
      {coordinates && look.note && <p className={styles.note}>{look.note}</p>}
      <Legend
        key={colorMode}
        items={items}
        coordinates={coordinates}
        colorMode={colorMode}
        color={look.color}
        theme={props.theme}
        onHighlight={setHighlight}
      />
      <div className={styles.controls}>
        <Choice
          label="Colour"
          value={colorMode}
          options={{ modality: 'modality', category: 'category' }}
          onChange={(mode) => {
            setHighlight(undefined);
            props.onColorMode(mode as MapColorMode);
          }}
        />
        <Choice
          label="Pairs"
          value={pairMode}
          options={{ none: 'none', query: 'query', all: 'all' }}
          onChange={(mode) => props.onPairMode(mode as MapPairMode)}
        />
      </div>
      {figures && <Figures figures={figures} slice={slice} looks={looks} />}
    </div>
  );
}

interface ChoiceProps {
  label: string;
  value: string;
  options: Readonly<Record<string, string>>;
  onChange: (value: string) => void;
}

function Choice({ label, value, options, onChange }: ChoiceProps) {
  return (
    <div className={styles.choice}>
      <span>{label}</span>
      <SegmentedControl
        aria-label={label}
        size="xs"
        classNames={{ label: styles.options ?? '' }}
        value={value}
        onChange={onChange}
        data={Object.entries(options).map(([id, words]) => ({ value: id, label: words }))}
      />
    </div>
  );
}
