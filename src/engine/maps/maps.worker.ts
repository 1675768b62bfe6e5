import { expose } from 'comlink';
import { installErrorTransfer } from '../workers/comlinkErrors.ts';
import { MapService } from './mapService.ts';

installErrorTransfer();
expose(new MapService());
