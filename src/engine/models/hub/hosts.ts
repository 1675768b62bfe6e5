/** Where repositories are read from, and the choice of it. */
import { InputError } from '../../../base/errors.ts';
import type { NamedFile } from '../../exchange/types.ts';
import type { TextStorage } from '../../storage/textStorage.ts';
import type { Host } from '../types.ts';
import { FolderSource } from './folderSource.ts';
import { checkAddress, HubClient } from './hubClient.ts';
import type { RepoSource } from './source.ts';
import type { Patience } from './stall.ts';

export const HUB_ADDRESS = 'https://huggingface.co';
const KEY = 'bondlab.modelHost';

/** @throws InputError on an address that is none, or a folder without files. */
export function checkHost(host: Host, files: readonly NamedFile[] | undefined): Host {
  if (host.kind === 'mirror') return { kind: 'mirror', address: checkAddress(host.address) };
  if (host.kind === 'folder' && (files ?? []).length === 0) {
    throw new InputError(`The folder ${host.name} has no files: choose the one that holds the repositories.`);
  }
  return host;
}

export function sourceOf(
  host: Host,
  files: readonly NamedFile[],
  hubAddress: string,
  patience: Patience,
): RepoSource {
  if (host.kind === 'folder') return new FolderSource(host.name, files);
  return host.kind === 'hub'
    ? new HubClient(hubAddress, false, patience)
    : new HubClient(host.address, true, patience);
}

/** The host of the last visit; a folder has to be chosen anew. */
export function readHost(storage: TextStorage | undefined): Host {
  try {
    const address = storage?.getItem(KEY);
    if (address) return { kind: 'mirror', address: checkAddress(address) };
  } catch {
    // Not readable, or no address: the hub.
  }
  return { kind: 'hub' };
}

export function writeHost(storage: TextStorage | undefined, host: Host): void {
  if (host.kind === 'folder') return;
  try {
    storage?.setItem(KEY, host.kind === 'mirror' ? host.address : '');
  } catch {
    // It lasts until the window is closed.
  }
}
