import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { fixtureFiles } from './fixtures.testing.ts';

const FOLDER = fileURLToPath(new URL('./fixtures/models', import.meta.url));

/** BONDLAB_WRITE_FIXTURES=1 npx vitest run --project node src/engine/encoders/fixtures.test.ts */
function writeFixtures(): void {
  for (const [path, content] of fixtureFiles()) {
    const file = join(FOLDER, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content instanceof Uint8Array ? content : `${JSON.stringify(content, null, 2)}\n`);
  }
}

test('the stored fixtures are those described', () => {
  if (process.env.BONDLAB_WRITE_FIXTURES) writeFixtures();
  const stored = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(FOLDER, name)).isFile())
    .map((name): [string, Uint8Array | object] => {
      const bytes = readFileSync(join(FOLDER, name));
      return [
        name,
        name.endsWith('.json') ? (JSON.parse(bytes.toString()) as object) : new Uint8Array(bytes),
      ];
    });
  expect(new Map(stored)).toEqual(fixtureFiles());
});
