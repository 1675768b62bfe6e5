import { createRoot } from 'react-dom/client';
import { SoundShelf } from './ui/world/SoundShelf.tsx';

createRoot(document.getElementById('root')!).render(<SoundShelf />);
