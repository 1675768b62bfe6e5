import { lazy } from 'react';
import type { DataTab } from '../../state/data/types.ts';
import { useLab } from '../shared/LabContext.tsx';
import { TabbedFace, type FaceTab } from '../shared/TabbedFace.tsx';
import { FaceDrop } from './FaceDrop.tsx';

const TABS: FaceTab<DataTab>[] = [
  {
    id: 'collections',
    label: 'Collections',
    Content: lazy(() => import('./collections/CollectionsTab.tsx')),
  },
  { id: 'models', label: 'Models', Content: lazy(() => import('./models/ModelsTab.tsx')) },
];

/** What the lab is made of: collections of media and embeddings, and the encoders that read them. */
export default function DataWorkspace() {
  const tab = useLab((s) => s.dataTab);
  const showData = useLab((s) => s.showData);
  return (
    <TabbedFace name="Data" tabs={TABS} shown={tab} onShow={showData}>
      <FaceDrop />
    </TabbedFace>
  );
}
