import { withShared } from '../../evidence/withShared.ts';
import own from './Runs.module.css';

export const styles = withShared(own);
