import { expose } from 'comlink';
import { installErrorTransfer } from '../workers/comlinkErrors.ts';
import { SavedJsonService } from './savedJsonService.ts';

installErrorTransfer();
expose(new SavedJsonService());
