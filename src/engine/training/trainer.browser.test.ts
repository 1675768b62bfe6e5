import { fetchFile } from '../storage/fetchFile.ts';
import type { Backend } from '../types.ts';
import { testTrainer } from './trainer.testing.ts';

testTrainer(import.meta.env.BONDLAB_BACKEND as Backend, (name) =>
  fetchFile(`/test/fixtures/freebind-oracle/${name}`),
);
