import { expose } from 'comlink';
import { installErrorTransfer } from '../workers/comlinkErrors.ts';
import { IntakeService } from './intakeService.ts';

installErrorTransfer();
expose(new IntakeService());
