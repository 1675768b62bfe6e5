/**
 * Tables 3 and 4 of FreeBind (arXiv 2405.04883) as printed, from freebind.json; its `source` says where they come from. They
 * are the paper's figures, of its encoders on its data sets, and stand in no column with figures of the embedded collection.
 */
import freebind from './freebind.json';

/** What a model is in the paper's story. */
export type PaperRole = 'expert' | 'earlier' | 'base' | 'fused';

export interface PaperModel {
  /** Key in freebind.json. */
  id: string;
  /** As the paper writes it. */
  name: string;
  role: PaperRole;
  /**
   * Where it stands between base (0) and expert (1), for its colour: the mean over modalities of the preset's factors, and
   * over its bonds. Undefined of earlier work.
   */
  factor?: number;
}

export interface PaperColumn {
  /** Key of a table: "AudioCaps R@1". */
  id: string;
  dataset: string;
  measure: string;
  /** The two modalities of a retrieval, or what is classified. */
  kind: 'audio–text' | 'audio–image' | 'image–text' | 'classification';
}

export interface PaperTable {
  /** "Table 3" */
  number: 3 | 4;
  columns: readonly PaperColumn[];
  /** In percent, by model; null where the paper gives none. */
  values: ReadonlyMap<string, readonly (number | null)[]>;
}

/** Sliders of the displacement d(InternVL): the paper keeps 0.1 to 0.2 of ImageBind, here taken as 0.15. */
const DISPLACED = 0.85;
const meanOf = ({ text, audio }: { text: number; audio: number }) => (text + audio) / 2;
const AT = meanOf(freebind.presets['AT Expertise']);
const VERSATILE = meanOf(freebind.presets.Versatile);
const both = (combined: number) => (DISPLACED + combined) / 2;

const model = (id: string, role: PaperRole, factor?: number): PaperModel => ({
  id,
  name: id.replace('-dagger', '†'),
  role,
  ...(factor === undefined ? {} : { factor }),
});

/** In the order of the charts: the base first, the experts, what is made of them, and earlier work. */
export const PAPER_MODELS: readonly PaperModel[] = [
  model('ImageBind', 'base', 0),
  model('InternVL', 'expert', 1),
  model('CLAP_g', 'expert', 1),
  model('CLAP_m', 'expert', 1),
  model('InternVL_IB', 'fused', DISPLACED),
  model('InternVL_IB-dagger', 'fused', DISPLACED),
  model('ImageBind++ (Ver.)', 'fused', VERSATILE),
  model('InternVL_IB++ (Ver.)', 'fused', both(VERSATILE)),
  model('InternVL_IB-dagger++ (Ver.)', 'fused', both(VERSATILE)),
  model('ImageBind++ (AT)', 'fused', AT),
  model('InternVL_IB++ (AT)', 'fused', both(AT)),
  model('InternVL_IB-dagger++ (AT)', 'fused', both(AT)),
  model('WAV2CLIP', 'earlier'),
  model('AudioCLIP', 'earlier'),
  model('C-MCR', 'earlier'),
  model('Ex-MCR', 'earlier'),
];

const KINDS: Readonly<Record<string, PaperColumn['kind']>> = {
  AudioCaps: 'audio–text',
  Clotho: 'audio–text',
  'VGG-SS': 'audio–image',
  FlickrNet: 'audio–image',
  COCO: 'image–text',
  Flickr30K: 'image–text',
};

function toTable(number: 3 | 4, { columns, ...rows }: Record<string, unknown>): PaperTable {
  return {
    number,
    columns: (columns as string[]).map((id) => {
      const at = id.lastIndexOf(' ');
      const dataset = id.slice(0, at);
      return { id, dataset, measure: id.slice(at + 1), kind: KINDS[dataset] ?? 'classification' };
    }),
    values: new Map(Object.entries(rows) as [string, (number | null)[]][]),
  };
}

/** Table 3, retrieval: R@1 and R@5 of each data set. */
export const PAPER_RETRIEVAL: PaperTable = toTable(3, freebind.retrieval);
/** Table 4, zero-shot classification. */
export const PAPER_CLASSIFICATION: PaperTable = toTable(4, freebind.classification);
/** Where the figures come from, in words. */
export const PAPER_SOURCE: string = freebind.source;

/** A printed figure in percent; null where the paper gives none. */
export function paperValue(table: PaperTable, modelId: string, columnId: string): number | null {
  const at = table.columns.findIndex(({ id }) => id === columnId);
  return table.values.get(modelId)?.[at] ?? null;
}
