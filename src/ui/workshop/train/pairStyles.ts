import { withShared } from '../../evidence/withShared.ts';
import own from './Pairs.module.css';

export const styles = withShared(own);
