import { expose } from 'comlink';
import { installErrorTransfer } from '../workers/comlinkErrors.ts';
import { EncoderService } from './encoderService.ts';
import { createOnnxRuntime } from './onnxRuntime.ts';

installErrorTransfer();
expose(new EncoderService(createOnnxRuntime));
