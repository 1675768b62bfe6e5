/** What is scored under one key: checked tasks and components, and their coefficients at any setting. */
import { InputError } from '../../base/errors.ts';
import type { Direction, Modality } from '../../base/modality.ts';
import { gramOf, type Gram } from '../../math/components.ts';
import { chanceOf, type Chance } from '../../math/metrics.ts';
import { checkFactors, coefficients, type Nest } from '../../recipe/coefficients.ts';
import { nestOfComponents } from '../../recipe/taskScores.ts';
import type { Factors, Recipe } from '../../recipe/types.ts';
import type { RetrievalTask } from '../../world/types.ts';
import type { ComponentSet } from '../types.ts';
import {
  checkAllComponents,
  createHostTask,
  type CoefficientsByModality,
  type HostTask,
} from './hostTask.ts';
import type { TaskSize } from './planMemory.ts';
import { sampleTask } from './sampleTask.ts';

/** Coefficient arrays of one modality that are kept: those of a 21 x 21 landscape and the drags around it. */
const N_KEPT = 64;

/** How one modality is fused, and from what; with the coefficients of the latest settings. */
interface Side {
  modality: Modality;
  nest: Nest;
  gram: Gram;
  /** By the factors of this modality, the latest last. */
  kept: Map<string, Float32Array>;
}

export interface Sample {
  /** The most queries that a task keeps. */
  nQueries: number;
  seed: number;
}

/** Tasks and components that fit each other, without anything on a device. */
export class Collection {
  /** The tasks that have queries. */
  readonly hosts: readonly HostTask[];
  readonly chances: readonly Chance[];
  readonly #recipe: Recipe | undefined;
  readonly #sides: Side[];

  /** @throws InputError on NaN, cut arrays, tasks or names that do not fit. */
  constructor(
    recipe: Recipe | undefined,
    components: Partial<Record<Modality, ComponentSet>>,
    tasks: Partial<Record<Direction, RetrievalTask>>,
    sample?: Sample,
  ) {
    checkAllComponents(components);
    this.#recipe = recipe;
    this.hosts = (Object.entries(tasks) as [Direction, RetrievalTask][])
      .map(([direction, task]) =>
        createHostTask(direction, sample ? sampleTask(task, sample.nQueries, sample.seed) : task, components),
      )
      .filter(({ task }) => task.queries.length > 0);
    this.chances = this.hosts.map(({ task }) => chanceOf(task.relevant, task.gallery.length));
    this.#sides = (Object.entries(components) as [Modality, ComponentSet][]).map(([modality, set]) => ({
      modality,
      nest: nestOfComponents(recipe, modality, set),
      gram: gramOf(set),
      kept: new Map(),
    }));
  }

  readonly nItems = (modality: Modality): number =>
    this.#sides.find((side) => side.modality === modality)!.gram.nItems;

  sizes(): TaskSize[] {
    return this.hosts.map(({ queries, gallery }) => ({
      nQueries: queries.nItems,
      nGallery: gallery.nItems,
      nQueryComponents: queries.data.length,
      nGalleryComponents: gallery.data.length,
      dim: queries.dim,
    }));
  }

  /** The factors of all sliders. @throws InputError where they do not fit. */
  check(factors: Factors): Factors {
    if (this.#recipe) return checkFactors(this.#recipe, factors);
    if (Object.keys(factors).length > 0) {
      throw new InputError('A space of its own has no sliders; leave the factors out.');
    }
    return {};
  }

  /** The base, then the sliders of each modality moved alone. */
  warmUps(): Factors[] {
    const base = this.check({});
    const moved = this.#sides.map(({ modality }) =>
      Object.fromEntries(
        Object.entries(base).map(([key, one]) => [
          key,
          one[modality] === undefined ? one : { ...one, [modality]: 0.5 },
        ]),
      ),
    );
    return [base, ...moved];
  }

  /**
   * Coefficients of every modality at checked factors. A modality whose factors are the same as in a call before gets the
   * same array, as long as it is kept.
   */
  coefficients(factors: Factors): CoefficientsByModality {
    const byModality: CoefficientsByModality = {};
    for (const { modality, nest, gram, kept } of this.#sides) {
      const key = Object.values(factors)
        .map((one) => one[modality] ?? '')
        .join(' ');
      const w = kept.get(key) ?? coefficients(nest, factors, gram);
      kept.delete(key);
      kept.set(key, w);
      if (kept.size > N_KEPT) kept.delete(kept.keys().next().value!);
      byModality[modality] = w;
    }
    return byModality;
  }
}
