import { withShared } from '../withShared.ts';
import own from './Compare.module.css';

export const styles = withShared(own);
