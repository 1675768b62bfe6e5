import '@mantine/core/styles.css';
import './ui/shared/tokens.css';
import { createRoot } from 'react-dom/client';
import { openLab } from './app.ts';
import { messageOf } from './base/errors.ts';
import { App } from './ui/shell/App.tsx';
import { OpeningFailed } from './ui/shell/OpeningFailed.tsx';

const root = createRoot(document.getElementById('root')!);
let nLabs = 0;
// Another collection is another lab: nothing of the page before is kept.
openLab((store) => root.render(<App key={nLabs++} store={store} />)).catch((error: unknown) =>
  root.render(<OpeningFailed message={messageOf(error)} />),
);
