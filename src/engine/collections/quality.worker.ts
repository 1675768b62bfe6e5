import { expose } from 'comlink';
import { installErrorTransfer } from '../workers/comlinkErrors.ts';
import { QualityService } from './qualityService.ts';

installErrorTransfer();
expose(new QualityService());
