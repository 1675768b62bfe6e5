import { expose } from 'comlink';
import { installErrorTransfer } from '../../workers/comlinkErrors.ts';
import { createOwnRuntime } from './onnxTools.ts';
import { OwnEncoderService } from './ownEncoderService.ts';

installErrorTransfer();
expose(new OwnEncoderService(createOwnRuntime));
