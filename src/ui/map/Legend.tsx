import { useState, type ReactNode } from 'react';
import { MODALITIES } from '../../base/modality.ts';
import { MODALITY_WORDS, ModalityShape } from '../shared/modality.tsx';
import { categoryColors, listCategories } from './palette.ts';
import type { Highlight } from './scene.ts';
import type { MapItem, MapPanelProps } from './types.ts';
import styles from './MapPanel.module.css';

export interface LegendProps {
  items: readonly MapItem[];
  coordinates: Float32Array | undefined;
  colorMode: MapPanelProps['colorMode'];
  color: string;
  theme: MapPanelProps['theme'];
  onHighlight: (highlight: Highlight | undefined) => void;
}

/** Names beside the marks themselves, with how many are shown. Pointing at a name, or pressing it, shows these alone. */
export function Legend({ items, coordinates, colorMode, color, theme, onHighlight }: LegendProps) {
  const [pressed, setPressed] = useState<string>();
  const isShown = (i: number) => coordinates !== undefined && !Number.isNaN(coordinates[2 * i]!);
  const present = MODALITIES.filter((modality) => items.some((item) => item.modality === modality));
  const categories = colorMode === 'category' ? listCategories(items) : [];
  const names = categories.map(({ name }) => name);
  const colors = categoryColors(names, theme);

  const highlightOf = (key: string | undefined): Highlight | undefined => {
    const modality = present.find((name) => name === key);
    if (modality) return { modality };
    return key !== undefined && names.includes(key) ? { category: key } : undefined;
  };
  const entry = (key: string, children: ReactNode) => (
    <button
      key={key}
      type="button"
      aria-pressed={pressed === key}
      onPointerEnter={(event) => event.pointerType === 'mouse' && onHighlight(highlightOf(key))}
      onPointerLeave={() => onHighlight(highlightOf(pressed))}
      onClick={() => {
        const next = pressed === key ? undefined : key;
        setPressed(next);
        onHighlight(highlightOf(next));
      }}
    >
      {children}
    </button>
  );

  return (
    <div className={styles.legend} role="group" aria-label="Legend: press a name to show it alone">
      <div className={styles.entries}>
        {present.map((modality) =>
          entry(
            modality,
            <>
              <span
                className={styles.shape}
                data-modality={modality}
                style={{ color: colorMode === 'category' ? 'var(--map-muted)' : color }}
              >
                <ModalityShape modality={modality} sizePx={11} />
              </span>
              {MODALITY_WORDS[modality].many}
              <span className={styles.count}>
                {items
                  .filter((item, i) => item.modality === modality && isShown(i))
                  .length.toLocaleString('en')}
              </span>
            </>,
          ),
        )}
      </div>
      {names.length > 0 && (
        <div className={styles.categories}>
          {names.map((name) =>
            entry(
              name,
              <>
                <span className={styles.dot} style={{ background: colors.get(name) }} />
                {name}
              </>,
            ),
          )}
        </div>
      )}
    </div>
  );
}
