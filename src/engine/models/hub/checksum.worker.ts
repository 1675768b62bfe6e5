import { expose } from 'comlink';
import { installErrorTransfer } from '../../workers/comlinkErrors.ts';
import { checksumsOf } from './checksum.ts';

const SERVICE = { checksumsOf, ready: () => true };
export type ChecksumService = typeof SERVICE;

installErrorTransfer();
expose(SERVICE);
