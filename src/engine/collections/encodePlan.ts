/** What is to encode of a collection in some spaces, and what storage has of it already. */
import { InputError } from '../../base/errors.ts';
import { MODALITIES, type Modality } from '../../base/modality.ts';
import type { Space } from '../../recipe/types.ts';
import { contentsOf, type CollectionContents } from './contents.ts';
import type { Disk } from './disk.ts';
import type { CollectionRecord, Held, StoredSpace } from './records.ts';
import { readIn, vectorKey } from './rows.ts';
import type { EncodeRun } from './types.ts';

/** One encoder at work for a run: spaces that share it are served at once. */
export interface Tower {
  /** The space whose encoder it is. */
  reader: string;
  modality: Modality;
  dim: number;
  precision: string;
  spaces: Space[];
  /** Items with a vector, and those that cannot have one. */
  n: number;
  refused: number;
}

/** One content that some towers lack. */
export interface Unit {
  content: string;
  /** Items of this content, by index. */
  items: number[];
  towers: Tower[];
}

export interface EncodePlan {
  towers: Tower[];
  /** By modality, in the order in which they are encoded. */
  units: { modality: Modality; units: Unit[] }[];
  /** Vectors wanted, and those of them that are there (or cannot be). */
  of: number;
  done: number;
  leftOut: LeftOuts;
}

/** Why items could not be encoded: the first reason of each. */
export class LeftOuts {
  readonly #reasons = new Map<string, string>();

  add(item: string, reason: string): void {
    if (!this.#reasons.has(item)) this.#reasons.set(item, reason);
  }

  list(): EncodeRun['leftOut'] {
    return Array.from(this.#reasons, ([item, reason]) => ({ item, reason }));
  }
}

export interface PlanSources {
  disk: Disk;
  spaces: readonly Space[];
  precision: (spaceId: string, modality: Modality) => string | Promise<string>;
}

/** Vectors looked up in one transaction. */
const N_LOOKED = 512;

/** The spaces asked for. @throws InputError where one is unknown, encodes nothing, or knows none of the items. */
export function spacesFor(
  { counts, name }: CollectionRecord,
  spaceIds: readonly string[],
  known: readonly Space[],
): Space[] {
  if (spaceIds.length === 0) throw new InputError('Choose at least one space to encode in.');
  return [...new Set(spaceIds)].map((id) => {
    const space = known.find((one) => one.id === id);
    if (!space)
      throw new InputError(
        `There is no space "${id}" with encoders; there are ${known.map((one) => one.id).join(', ')}.`,
      );
    if (!space.modalities.some((modality) => counts[modality] > 0))
      throw new InputError(
        space.modalities.length === 0
          ? `Nothing is encoded into ${space.name}, only projected.`
          : `${space.name} knows ${space.modalities.join(' and ')}; “${name}” has none of these.`,
      );
    return space;
  });
}

/** How many vectors a collection has in some spaces, where none came with it and no encoder is shared. */
export function mostVectors({ counts }: CollectionRecord, spaces: readonly Space[]): number {
  return spaces.flatMap(({ modalities }) => modalities).reduce((sum, modality) => sum + counts[modality], 0);
}

/**
 * Looks up what is there. Contents that could not be encoded before are tried once more by a run that begins (`fresh`), and left alone by
 * one that goes on.
 * @throws QuotaError
 */
export async function makePlan(
  { disk, spaces, precision }: PlanSources,
  record: CollectionRecord,
  contents: CollectionContents,
  fresh: boolean,
): Promise<EncodePlan> {
  const plan: EncodePlan = { towers: [], units: [], of: 0, done: 0, leftOut: new LeftOuts() };
  for (const modality of MODALITIES) {
    const items = contents.items[modality];
    if (items.length === 0) continue;
    const towers = await towersOf(spaces, modality, record, precision);
    if (towers.length === 0) continue;
    const byContent = new Map<string, Unit>();
    contentsOf(contents, modality).forEach((content, i) => {
      if (content === undefined) {
        for (const tower of towers) tower.refused++;
        const reason =
          modality === 'text' ? 'The text is empty.' : 'Its file is not at hand, only its embedding.';
        plan.leftOut.add(items[i]!.id, reason);
        return;
      }
      const unit = byContent.get(content) ?? { content, items: [], towers: [] };
      unit.items.push(i);
      byContent.set(content, unit);
    });
    const all = [...byContent.values()];
    for (const tower of towers)
      await lookUp(disk, tower, all, fresh, (unit, reason) => {
        for (const i of unit.items) plan.leftOut.add(items[i]!.id, reason);
      });
    plan.towers.push(...towers);
    plan.units.push({ modality, units: all.filter((unit) => unit.towers.length > 0) });
    plan.of += towers.length * items.length;
  }
  plan.done = plan.towers.reduce((sum, { n, refused }) => sum + n + refused, 0);
  return plan;
}

/** The encoders of a modality; spaces whose rows came with the collection need none. */
async function towersOf(
  spaces: readonly Space[],
  modality: Modality,
  record: CollectionRecord,
  precision: PlanSources['precision'],
): Promise<Tower[]> {
  const towers = new Map<string, Tower>();
  for (const space of spaces) {
    const held = record.spaces.find((one) => one.space.id === space.id)?.held[modality];
    if (!space.modalities.includes(modality) || held?.kind === 'rows') continue;
    const reader = readIn(space, modality);
    const known = towers.get(reader);
    if (known) known.spaces.push(space);
    else {
      const made = await precision(reader, modality);
      towers.set(reader, {
        reader,
        modality,
        dim: space.dim,
        precision: made,
        spaces: [space],
        n: 0,
        refused: 0,
      });
    }
  }
  return [...towers.values()];
}

async function lookUp(
  disk: Disk,
  tower: Tower,
  units: readonly Unit[],
  fresh: boolean,
  onRefused: (unit: Unit, reason: string) => void,
): Promise<void> {
  const { reader, modality, precision, dim } = tower;
  for (let from = 0; from < units.length; from += N_LOOKED) {
    const part = units.slice(from, from + N_LOOKED);
    const keys = part.map(({ content }) => vectorKey(reader, modality, precision, content));
    (await disk.many('vectors', keys)).forEach((value, i) => {
      const unit = part[i]!;
      if (value instanceof Float32Array && value.length === dim) tower.n += unit.items.length;
      else if (typeof value === 'string' && !fresh) {
        tower.refused += unit.items.length;
        onRefused(unit, value);
      } else unit.towers.push(tower);
    });
  }
}

/** The record with what its towers have made. What is whole stays in use until the new is whole, too. */
export function withTallies(record: CollectionRecord, towers: readonly Tower[]): CollectionRecord {
  const spaces: StoredSpace[] = record.spaces.map((one) => ({ ...one, held: { ...one.held } }));
  for (const { modality, precision, n, refused, spaces: served } of towers) {
    const count = record.counts[modality];
    for (const space of served) {
      let stored = spaces.find((one) => one.space.id === space.id);
      if (!stored) spaces.push((stored = { space, origin: '', held: {} }));
      const old = stored.held[modality];
      const keepsOld = old?.kind === 'encoded' && old.n + old.refused === count && n + refused < count;
      if (old?.kind !== 'rows' && !keepsOld)
        stored.held[modality] = { kind: 'encoded', precision, n, refused };
      const made = Object.values(stored.held).filter((held: Held) => held.kind === 'encoded');
      const names = [...new Set(made.map((held) => held.precision.split(' #', 1)[0]!))].join(', ');
      if (made.length > 0) stored.origin = `Encoded here: ${names}`;
    }
  }
  return { ...record, spaces };
}
