import { withShared } from '../withShared.ts';
import own from './Queries.module.css';

export const styles = withShared(own);
