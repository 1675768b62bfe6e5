/**
 * "Copy as Python": a NumPy script that fuses, ranks and counts what the page shows, the plain way (no planes, no
 * coefficients), and holds the page to it. Written from the recipe's nest, so that any recipe has one.
 */
import { MODALITIES, type Modality } from '../../base/modality.ts';
import type { ComponentSet } from '../../engine/types.ts';
import { METRICS } from '../../math/answers.ts';
import { factorKeys, nestOf, type Step } from '../../recipe/coefficients.ts';
import type { Factors, Recipe } from '../../recipe/types.ts';
import type { ClassTaskId } from '../../world/types.ts';
import { figureOf, positionsOf, type HalfChoice } from './figures.ts';
import { COMPONENTS_FILE, componentArray, ownNames, taskFolder, type PythonInputs } from './pythonArrays.ts';

const BACKENDS = { wasm: 'WebAssembly', webgpu: 'WebGPU' } as const;
/** How near scores may be and yet stand in another order on the page: several times their rounding. */
const PRECISION = {
  float32: { words: 'single precision', digits: 7, near: '1e-6' },
  float16: { words: 'half precision', digits: 3, near: '4e-3' },
} as const;
const HALVES: readonly HalfChoice[] = ['all', 'validation', 'test'];
const WHAT: Record<Modality, string> = { text: 'Texts', image: 'Pictures', audio: 'Sounds' };

/** Words of a recipe or collection as they may stand in a comment or docstring: one line that ends neither. */
function inLine(words: string): string {
  return words.replace(/\s+/g, ' ').replaceAll('\\', '/').replaceAll('"""', "'''").trim();
}

/** A Python string: JSON's escapes are Python's too. */
const quote = (text: string) => JSON.stringify(text);

/** A Python float that reads back as the same number. */
function pyFloat(value: number): string {
  const text = String(value);
  return Number.isInteger(value) && !text.includes('e') ? `${text}.0` : text;
}

/** The script's text. @throws InputError when components do not fit the recipe. */
export function pythonScript(inputs: PythonInputs): string {
  const { recipe, components } = inputs;
  const served = MODALITIES.filter((modality) => components[modality]);
  return [
    head(inputs),
    `FACTORS = ${factorsText(inputs.factors)}`,
    FUSING,
    ...served.map((modality) => fuseFunction(recipe, modality, components[modality]!, inputs.factors)),
    loading(served, inputs),
    ranking(inputs),
    COUNTING,
    figuresText(inputs),
    CHECKING,
  ]
    .map((part) => part.trim())
    .join('\n\n\n')
    .concat('\n')
    .replace('\n\n\nFACTORS', '\nFACTORS');
}

function head({ recipe, version, collection, masks, scoring }: PythonInputs): string {
  const members = recipe.bonds.flatMap(({ id, members: names }) => {
    const on = names.filter((_, i) => masks[id]?.[i] ?? true);
    return names.length > 0
      ? [`  ${inLine(id)}: ${on.map(inLine).join(', ')} (${on.length} of ${names.length})`]
      : [];
  });
  return `#!/usr/bin/env python3
"""${inLine(recipe.name)} = ${inLine(recipe.formula) || 'a recipe without a formula'}, on the collection "${inLine(collection)}".

The figures of Bondlab ${inLine(version)}, recomputed with NumPy alone from ${COMPONENTS_FILE}, which the same menu of
the page saves:

    python3 this_script.py [${COMPONENTS_FILE}]

The method (FreeBind, arXiv 2405.04883). In the space where the vectors of a recipe meet, every item has a few
*components*, unit vectors of dimension D: the embedding by the base, and one by each expert, projected into that space
where it is not at home there. Bond after bond they are fused,

    fuse(f; a, b) = normalise(f * a + (1 - f) * b),

with a the expert, b what was built so far and a factor f in [0, 1] for each modality: 0 is the base, 1 the expert. A
query ranks its gallery by the dot product of fused vectors. Change FACTORS and see: the figures of the page then belong to
other factors, and the last line says that they differ.

Component names: "space" is an embedding of that space, "bond.space" one that the projectors of the bond carried over.
Projectors whose outputs are averaged in them:
${members.join('\n') || '  none'}
"""
import sys

import numpy as np

# Read little by little: an array is loaded when it is named.
PATH = next((arg for arg in sys.argv[1:] if arg.endswith(".npz")), ${quote(COMPONENTS_FILE)})
FILE = np.load(PATH)

# Where the sliders of the page stood: from the base (0) to the expert (1). The page scored with ${scoringWords(scoring)}.`;
}

function scoringWords({ backend, planes, sampleQueries }: PythonInputs['scoring']): string {
  const sample =
    sampleQueries === undefined ? '' : `, a seeded sample of at most ${sampleQueries} queries a task`;
  return `${BACKENDS[backend]} in ${PRECISION[planes].words}${sample}`;
}

function factorsText(factors: Factors): string {
  const lines = Object.entries(factors).map(([key, byModality]) => {
    const values = Object.entries(byModality).map(([modality, f]) => `${quote(modality)}: ${pyFloat(f)}`);
    return `    ${quote(key)}: {${values.join(', ')}},`;
  });
  return lines.length > 0 ? `{\n${lines.join('\n')}\n}` : '{}';
}

const FUSING = `
def normalise(x):
    """Rows of length 1. What cancelled to nothing stays nothing, and scores nothing."""
    length = np.linalg.norm(x, axis=-1, keepdims=True)
    return np.divide(x, length, out=np.zeros_like(x), where=length > 0)


def fuse(f, expert, x):
    """One expert and what was built so far."""
    return normalise(f * expert + (1 - f) * x)


def fuse_parallel(weighed, x):
    """Several experts side by side, each with a factor of its own: (1 - mean f) x + mean(f_i e_i)."""
    n = len(weighed)
    kept = 1 - sum(f for f, _ in weighed) / n
    return normalise(kept * x + sum(f * expert for f, expert in weighed) / n)
`;

/** What a step joins: "combination c-foley". */
function bondWords(recipe: Recipe, { experts }: Step): string {
  const bond = recipe.bonds.find((one) => factorKeys(one).includes(experts[0]!.factorKey))!;
  return `${bond.kind} ${inLine(bond.id)}`;
}

/** The nest of a modality, fuse by fuse. */
function fuseFunction(recipe: Recipe, modality: Modality, set: ComponentSet, factors: Factors): string {
  const { start, steps } = nestOf(recipe, modality, set.names);
  const part = (component: number) => `part(${quote(set.names[component]!)})`;
  const factor = (key: string) =>
    factors[key]?.[modality] === undefined ? '0.0' : `FACTORS[${quote(key)}][${quote(modality)}]`;
  const stepLine = (step: Step) => {
    const pairs = step.experts.map(({ component, factorKey }) => `${factor(factorKey)}, ${part(component)}`);
    const fused =
      pairs.length === 1
        ? `fuse(${pairs[0]}, x)`
        : `fuse_parallel([${pairs.map((pair) => `(${pair})`).join(', ')}], x)`;
    return `    x = ${fused}  # ${bondWords(recipe, step)}`;
  };
  return `
def fused_${modality}(part):
    """${WHAT[modality]}: ${steps.length === 0 ? 'one component, nothing to fuse' : `${steps.length === 1 ? 'one fuse' : `${steps.length} fuses`}, in the order of the recipe`}. \`part\` gives a component by its name."""
    x = ${part(start)}
${[...steps.map(stepLine), '    return x'].join('\n')}
`;
}

function loading(served: readonly Modality[], { classes, tasks }: PythonInputs): string {
  const entries = served.map((modality) => `${quote(modality)}: fused_${modality}`).join(', ');
  const classLines =
    Object.keys(classes).length === 0
      ? ''
      : `

def class_vectors(modality):
    """Classes, each described by several prompts: the normalised mean of its *fused* prompts, [nClasses, D]."""
    prompts = fused_text(lambda name: load(f"classes/{modality}/{name}"))  # [nPrompts, nClasses, D]
    return normalise(prompts.mean(axis=0))
`;
  const names = (set: ComponentSet, of: Modality | ClassTaskId) =>
    ownNames(set).map((name) => `#   ${componentArray(of, name)}`);
  const listed = (Object.entries(classes) as [ClassTaskId, ComponentSet][]).flatMap(([task, set]) =>
    names(set, task),
  );
  const taskLines = tasks.map(
    ({ info }) =>
      `    ${quote(info.id)}: (${quote(info.queryModality)}, ${info.galleryModality ? quote(info.galleryModality) : 'None'}, ${quote(taskFolder(info.id))}),`,
  );
  return `
def load(name):
    """An array of the file in double precision: the page ranks in a lower one."""
    return FILE[name].astype(np.float64)


FUSED = {${entries}}


def vectors(modality):
    """All items of a modality, fused: [nItems, D]."""
    return FUSED[modality](lambda name: load(f"components/{modality}/{name}"))
${classLines}

${listed.length > 0 ? `# Prompts of the classes in the file:\n${listed.join('\n')}\n` : ''}# Task: (modality of its queries, of its gallery${listed.length > 0 ? ' or None for classes' : ''}, folder in the file).
TASKS = {
${taskLines.join('\n')}
}
`;
}

const ranking = ({ scoring }: PythonInputs) => `
# Scores nearer to each other than this may stand in another order on the page, which ranks in ${PRECISION[scoring.planes].words} (about
# ${PRECISION[scoring.planes].digits} digits); all others cannot. So queries with such a gap beside a right answer are counted, and a figure may differ by what
# they can change in it.
NEAR = ${PRECISION[scoring.planes].near}


def rank_answers(scores, offsets, answers):
    """Ranks, from 1, of every right answer of every query, and the best and worst they could be if near ties fell
    otherwise. A tie goes to the item that comes first in the gallery:

        rank(a) = 1 + #(s > s_a) + #(s = s_a and index < a)
    """
    ranks, best, worst = (np.zeros(len(answers), int) for _ in range(3))
    index = np.arange(scores.shape[1])
    for q, s in enumerate(scores):
        for i in range(offsets[q], offsets[q + 1]):
            a = answers[i]
            ranks[i] = 1 + np.sum(s > s[a]) + np.sum((s == s[a]) & (index < a))
            best[i] = 1 + np.sum(s > s[a] + NEAR)
            worst[i] = np.sum(s >= s[a] - NEAR)  # the answer itself is among them
    return ranks, best, worst
`;

const COUNTING = `
def figures(ranks, offsets, queries):
    """The seven figures over some queries. "First" is a query's best right answer. With classes R@1 and R@5 are the
    top-1 and top-5 accuracy."""
    lists = [np.sort(ranks[offsets[q] : offsets[q + 1]]) for q in queries]
    first = np.array([own[0] for own in lists])
    return {
        "R@1": np.mean(first <= 1),
        "R@5": np.mean(first <= 5),
        "R@10": np.mean(first <= 10),
        "MedR": np.sort(first)[(len(first) - 1) // 2],  # the lower median
        "MRR": np.mean(1 / first),
        "mAP": np.mean([np.mean(np.arange(1, len(own) + 1) / own) for own in lists]),
        "nDCG@10": np.mean([gain(own) / gain(np.arange(1, len(own) + 1)) for own in lists]),
    }


def gain(ranks):
    """Discounted gain of right answers among the first 10."""
    return np.sum(1 / np.log2(1 + ranks[ranks <= 10]))
`;

function figuresText({ tasks }: PythonInputs): string {
  const blocks = tasks.map(({ info, answers }) => {
    const lines = HALVES.filter((half) => positionsOf(info, half).length > 0).map((half) => {
      const values = METRICS.map(({ id }) => pyFloat(figureOf(info, answers, 0, id, half)));
      return `        ${quote(half)}: [${values.join(', ')}],`;
    });
    return `    ${quote(info.id)}: {\n${lines.join('\n')}\n    },`;
  });
  return `
# What the page shows at these factors, over all queries and over each half (factors are chosen on the validation half and
# reported on the test half).
METRICS = [${METRICS.map(({ name }) => quote(name)).join(', ')}]
PAGE = {
${blocks.join('\n')}
}
`;
}

const CHECKING = `
def row(words, values):
    return f"{words:>26}" + "".join(f"{value:>12.6f}" for value in values)


n_queries = n_near = n_figures = 0
wrong = []
for task, (query_modality, gallery_modality, folder) in TASKS.items():
    queries, gallery = FILE[f"{folder}/queries"], FILE[f"{folder}/gallery"]
    offsets, answers = FILE[f"{folder}/offsets"], FILE[f"{folder}/answers"]
    test_half = FILE[f"{folder}/test_half"]
    items = vectors(gallery_modality) if gallery_modality else class_vectors(query_modality)
    scores = vectors(query_modality)[queries] @ items[gallery].T  # [nQueries, nGallery]
    ranks, best, worst = rank_answers(scores, offsets, answers)
    near = np.array([np.any(best[a:b] < worst[a:b]) for a, b in zip(offsets, offsets[1:])])
    n_queries += len(queries)
    n_near += near.sum()
    print(f"{task}: {len(queries)} queries, {len(gallery)} to rank, {near.sum()} with a gap below {NEAR}")
    print(f"{'':>26}" + "".join(f"{name:>12}" for name in METRICS))
    chosen = {"all": test_half >= 0, "validation": test_half == 0, "test": test_half == 1}
    for half, page in PAGE[task].items():
        own = np.flatnonzero(chosen[half])
        here, low, high = (figures(r, offsets, own) for r in (ranks, best, worst))
        print(row(f"{half}, the page", page))
        print(row(f"{half}, recomputed", here.values()))
        for name, shown in zip(METRICS, page):
            # Every figure moves one way with every rank. So the page's lies between those of the best and the worst order
            # of near ties; without near ties the three are one.
            n_figures += 1
            bounds = sorted((low[name], high[name]))
            if not bounds[0] - 1e-9 <= shown <= bounds[1] + 1e-9:
                wrong.append(f"{task}, {half}, {name}: the page shows {shown}, here it is {here[name]}")

hint = "Were the components saved at the same recipe, with the same members switched on?"
assert not wrong, "\\n".join(["The page and this script disagree.", *wrong, hint])
print(f"All {n_figures} figures of the page hold; {n_near} of {n_queries} queries have a decisive gap below {NEAR}.")
`;
