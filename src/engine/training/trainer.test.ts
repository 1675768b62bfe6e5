import { readFile } from 'node:fs/promises';
import { testTrainer } from './trainer.testing.ts';

testTrainer(
  'wasm',
  async (name) => Uint8Array.from(await readFile(`test/fixtures/freebind-oracle/${name}`)).buffer,
);
