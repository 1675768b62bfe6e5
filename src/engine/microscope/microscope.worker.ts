import { expose } from 'comlink';
import { installErrorTransfer } from '../workers/comlinkErrors.ts';
import { MicroscopeService } from './microscopeService.ts';

installErrorTransfer();
expose(new MicroscopeService());
