import { expose } from 'comlink';
import { installErrorTransfer } from '../workers/comlinkErrors.ts';
import { TrainingService } from './trainingService.ts';

installErrorTransfer();
expose(new TrainingService());
