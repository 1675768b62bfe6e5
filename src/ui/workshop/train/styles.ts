import { withShared } from '../../evidence/withShared.ts';
import own from './Train.module.css';

export const styles = withShared(own);
