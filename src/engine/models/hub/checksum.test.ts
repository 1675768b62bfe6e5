import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { checksumsOf } from './checksum.ts';
import { gitSha1 } from './hubServer.testing.ts';
import { noise } from './modelStore.testing.ts';

test.each([0, 1, 63, 64, 65, 4 * 1024 * 1024, 4 * 1024 * 1024 + 1])('checksums of %i bytes', async (n) => {
  const bytes = noise(n);
  const { sha256, gitSha1: git } = await checksumsOf(new Blob([bytes]));
  expect(sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
  expect(git).toBe(gitSha1(bytes));
});
