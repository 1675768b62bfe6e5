import { withShared } from '../../evidence/withShared.ts';
import own from './Files.module.css';

export const styles = withShared(own);
