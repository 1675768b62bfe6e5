import { expose } from 'comlink';
import { installErrorTransfer } from '../workers/comlinkErrors.ts';
import { BondService } from './bondService.ts';

installErrorTransfer();
expose(new BondService());
