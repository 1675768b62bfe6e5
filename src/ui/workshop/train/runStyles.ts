import { withShared } from '../../evidence/withShared.ts';
import own from './Run.module.css';

export const styles = withShared(own);
