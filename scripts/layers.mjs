/** Layer check: imports in src/ point down only, and the pure folders touch no platform. Exits 1 with every breach. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve, dirname } from 'node:path';
import { ROOT } from './setup.mjs';

const MAY_IMPORT = {
  base: [],
  math: ['base'],
  world: ['math', 'base', 'recipe'],
  recipe: ['math', 'base', 'world'],
  formats: ['math', 'base', 'recipe', 'world'],
  engine: ['formats', 'recipe', 'world', 'math', 'base'],
  state: ['engine', 'formats', 'recipe', 'world', 'math', 'base'],
  ui: ['state', 'engine', 'formats', 'recipe', 'world', 'math', 'base'],
};
const PURE = new Set(['base', 'math', 'world', 'recipe', 'formats']);
const PLATFORM = /\b(Math\.random|Date\.now|performance\.now|document\.|window\.|navigator\.|localStorage)/;

const src = join(ROOT, 'src');
const breaches = [];
for (const name of readdirSync(src, { recursive: true, encoding: 'utf8' })) {
  if (!/\.tsx?$/.test(name) || !name.includes('/') || name.includes('.test.')) continue;
  const file = join(src, name);
  const folder = name.split('/')[0];
  const allowed = MAY_IMPORT[folder];
  if (!allowed) {
    breaches.push(`${name}: src/${folder} is no layer that scripts/layers.mjs knows`);
    continue;
  }
  const text = readFileSync(file, 'utf8');
  for (const [, specifier] of text.matchAll(/(?:from|import\()\s*'(\.[^']+)'/g)) {
    const target = relative(src, resolve(dirname(file), specifier));
    const layer = target.split('/')[0];
    if (target.startsWith('..') || (layer !== folder && !allowed.includes(layer))) {
      breaches.push(`${name}: ${folder} may not import ${specifier}`);
    }
  }
  if (PURE.has(folder)) {
    const code = text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
    const touched = PLATFORM.exec(code);
    if (touched) breaches.push(`${name}: ${folder} is pure but uses ${touched[0]}`);
  }
}
for (const breach of breaches) console.error(breach);
process.exit(breaches.length > 0 ? 1 : 0);
