import { withShared } from '../../evidence/withShared.ts';
import own from './Microscope.module.css';
import parts from './Parts.module.css';

/** Frame, cards and tables; then what stands in single cards. */
export const styles: CSSModuleClasses = { ...withShared(own), ...parts };
