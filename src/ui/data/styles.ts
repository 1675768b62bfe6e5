import { withShared } from '../evidence/withShared.ts';
import own from './Data.module.css';
import collections from './collections/Collections.module.css';
import intake from './intake/Intake.module.css';
import models from './models/Models.module.css';

export const styles = withShared({ ...own, ...collections, ...intake, ...models });
