import { expose } from 'comlink';
import { installErrorTransfer } from '../workers/comlinkErrors.ts';
import { ScoringService } from './scoringService.ts';

installErrorTransfer();
expose(new ScoringService());
