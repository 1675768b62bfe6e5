import '@mantine/core/styles.css';
import './ui/shared/tokens.css';
import { createRoot } from 'react-dom/client';
import { openLab } from './app.ts';
import { messageOf } from './base/errors.ts';
import { App } from './ui/shell/App.tsx';
import { OpeningFailed } from './ui/shell/OpeningFailed.tsx';

const root = createRoot(document.getElementById('root')!);
openLab().then(
  (store) => root.render(<App store={store} />),
  (error: unknown) => root.render(<OpeningFailed message={messageOf(error)} />),
);
