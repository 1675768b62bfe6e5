import { withShared } from '../../evidence/withShared.ts';
import own from './Recipes.module.css';

export const styles = withShared(own);
