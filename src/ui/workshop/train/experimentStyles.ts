import { withShared } from '../../evidence/withShared.ts';
import own from './Experiments.module.css';

export const styles = withShared(own);
