/** npm start: from a bare checkout to the running app. */
import { ROOT, run, setup } from './setup.mjs';
import { serve } from './serve.mjs';

setup();
if (run('node_modules/.bin/vite', ['build', '--logLevel', 'warn'], { NODE_ENV: 'production' }) !== 0)
  process.exit(1);
const { address } = await serve(`${ROOT}dist`, Number(process.env.PORT ?? 4173));
console.log(`Bondlab runs at ${address}`);
