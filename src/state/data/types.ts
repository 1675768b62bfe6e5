/** What the face "Data" shows and does: collections, what comes in, and encoders beyond those that ship. */
import type { CollectionInfo, EncodeRun, SpaceQuality } from '../../engine/collections/types.ts';
import type { NamedFile } from '../../engine/exchange/types.ts';
import type { ArrayMapping, Intake, KeepReport } from '../../engine/intake/types.ts';
import type {
  DownloadState,
  DryRun,
  EncoderProposal,
  EncoderSpec,
  Host,
  KeptModel,
  OwnEncoder,
  Precision,
  RepoPlan,
  ShelfModel,
} from '../../engine/models/types.ts';
import type { Space } from '../../recipe/types.ts';
import type { Status } from '../types.ts';

/** The tabs of the face. */
export const DATA_TABS = ['collections', 'models'] as const;
export type DataTab = (typeof DATA_TABS)[number];

/** An understood drop with what a person chose of it so far. */
export interface IntakeForm {
  intake: Intake;
  /** What was dropped, for a look at the first items; those inside a zip are not in it. */
  files: readonly NamedFile[];
  /** Of the collection. */
  name: string;
  mapping: ArrayMapping | undefined;
  /** What does not fit in the mapping, in words. */
  problem: string | undefined;
  /** Spaces that the media are encoded in once they are kept. */
  spaceIds: readonly string[];
}

/** Where a drop stands: it goes on when the face is left. */
export type IntakeStage =
  | { status: 'idle' }
  | { status: 'reading'; words: string; fraction: number; cancel: () => void }
  /** `message`: why it could not be kept at the last try. */
  | { status: 'understood'; form: IntakeForm; message?: string }
  | { status: 'keeping'; form: IntakeForm; words: string; fraction: number; cancel: () => void }
  | { status: 'kept'; name: string; report: KeepReport }
  | { status: 'failed'; message: string };

/** A single graph of one's own on its way to be an encoder. */
export type SingleStage =
  | { status: 'idle' }
  | { status: 'reading'; words: string }
  | {
      status: 'proposed';
      proposal: EncoderProposal;
      spec: EncoderSpec;
      /** Of the spec as it stands: another spec has none. */
      dryRun: Status<DryRun>;
      /** It is being kept. */
      keeping: boolean;
      message?: string;
    }
  | { status: 'kept'; encoderId: string }
  | { status: 'failed'; message: string };

/** What the engine's shelf of models says at this moment. */
export interface ModelLists {
  shelf: readonly ShelfModel[];
  host: Host;
  downloads: readonly DownloadState[];
  kept: readonly KeptModel[];
  encoders: readonly OwnEncoder[];
  spaces: readonly Space[];
}

export interface DataSession {
  collections: readonly CollectionInfo[];
  runs: readonly EncodeRun[];
  /** What the browser's storage could not do. */
  storageProblem: string | undefined;
  intake: IntakeStage;
  /** By qualityKey(). */
  quality: Readonly<Record<string, Status<SpaceQuality>>>;
  models: ModelLists;
  /** The repository that was looked up last. */
  inspected: { repo: string; plan: Status<RepoPlan> } | undefined;
  single: SingleStage;
  /** Bytes that the browser's storage holds for this page and may hold. */
  room: { used: number; quota: number } | undefined;
  /** How the collection in use was encoded when its lab was opened (encodedKey): the lab shows no more than that. */
  openedAs: string;
  /** A lab over this collection is being opened. */
  opening: string | undefined;
  binding: boolean;
}

/** The spaces that share texts, and the collection whose texts they are bound through. */
export interface ThroughText {
  collectionId: string;
  /** Of the pictures: the base. */
  baseId: string;
  /** Of the sounds: the expert. */
  expertId: string;
}

export interface DataActions {
  /** Opens a tab of the face. */
  showData: (tab: DataTab) => void;
  /** Opens a lab over another collection, or over the same one as it is now; what went wrong is said. */
  useCollection: (id: string) => Promise<void>;
  /** Binds two spaces through the texts of a collection; what went wrong is said. */
  bindThroughText: (request: ThroughText) => Promise<void>;
  /** Whether bindThroughText can do something here. */
  readonly canBind: boolean;
  /** Reads what was dropped; what was being read before is cancelled. */
  takeIn: (given: Promise<NamedFile[]> | NamedFile[]) => Promise<void>;
  /** Changes what a person chose of an understood drop. */
  setIntake: (part: Partial<Pick<IntakeForm, 'name' | 'mapping' | 'spaceIds'>>) => void;
  /** Keeps the understood drop as a collection, and encodes it in the chosen spaces. */
  keepIntake: () => Promise<void>;
  /** Puts the sheet away; files that were not kept are let go. */
  closeIntake: () => void;
  /** Asks for the figures of a collection in its spaces, unless they are there. */
  askQuality: (collectionId: string) => void;
  inspectRepo: (repo: string) => Promise<void>;
  /** Fetches a model; its state is told by `downloads`. */
  download: (repo: string, precision?: Precision) => Promise<void>;
  proposeEncoder: (given: Promise<NamedFile[]> | NamedFile[]) => Promise<void>;
  setSpec: (spec: EncoderSpec) => void;
  tryEncoder: () => Promise<void>;
  keepEncoder: () => Promise<void>;
  closeEncoder: () => void;
  /** Asks the browser how much it holds. */
  measureRoom: () => Promise<void>;
  /** Ends the lab: nothing that outlives it calls back any more. */
  close: () => void;
}
