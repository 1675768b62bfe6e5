/** Checksums of files of any size, a piece at a time. */
import { sha1 } from '@noble/hashes/legacy.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';

export interface Checksums {
  sha256: string;
  /** Of "blob <bytes>\0" and the content, as git names files. */
  gitSha1: string;
}

const PIECE = 4 * 1024 * 1024;

/** Reads a file once; holds one piece of it at a time. Takes about a second for 100 MB: for a worker. */
export async function checksumsOf(file: Blob): Promise<Checksums> {
  const plain = sha256.create();
  const git = sha1.create().update(new TextEncoder().encode(`blob ${file.size}\0`));
  for (let from = 0; from < file.size; from += PIECE) {
    const bytes = new Uint8Array(await file.slice(from, from + PIECE).arrayBuffer());
    plain.update(bytes);
    git.update(bytes);
  }
  return { sha256: bytesToHex(plain.digest()), gitSha1: bytesToHex(git.digest()) };
}
