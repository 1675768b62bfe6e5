import { expose } from 'comlink';
import { installErrorTransfer } from '../workers/comlinkErrors.ts';
import { BenchService } from './benchService.ts';

installErrorTransfer();
expose(new BenchService());
