import type { ExportedSettings } from '../../../state/evidence/exportTable.ts';

/** The setting in a sentence, for those who find a chart away from its page. */
export function settingWords({ recipe, factors, members, collection, scoring }: ExportedSettings): string {
  const sliders = Object.entries(factors).flatMap(([key, byModality]) =>
    Object.entries(byModality).map(([modality, f]) => `${key} ${modality} ${Number(f.toFixed(3))}`),
  );
  const mixtures = Object.entries(members).map(([bond, names]) => `${bond}: ${names.join(', ')}`);
  return [
    `${recipe.name} = ${recipe.formula}`,
    `factors ${sliders.join(', ')}`,
    `projectors ${mixtures.join('; ')}`,
    `collection ${collection.id} ${collection.version}`,
    `scored with ${scoring.backend === 'webgpu' ? 'WebGPU' : 'WebAssembly'} in ${scoring.planes}`,
    ...(scoring.sampleQueries === null ? [] : [`a sample of ${scoring.sampleQueries} queries a task`]),
  ].join('; ');
}
