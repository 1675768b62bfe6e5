import { withShared } from '../withShared.ts';
import own from './Tasks.module.css';

export const styles = withShared(own);
