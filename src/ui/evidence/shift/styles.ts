import { withShared } from '../withShared.ts';
import own from './Shift.module.css';

export const styles = withShared(own);
