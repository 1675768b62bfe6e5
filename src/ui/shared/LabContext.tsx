import { createContext, useContext, type ReactNode } from 'react';
import { useStore, type StoreApi } from 'zustand';
import type { LabState } from '../../state/types.ts';

const LabContext = createContext<StoreApi<LabState> | undefined>(undefined);

export function LabProvider({ store, children }: { store: StoreApi<LabState>; children: ReactNode }) {
  return <LabContext value={store}>{children}</LabContext>;
}

/** The store itself, for what is read when something happens and not drawn. */
export function useLabStore(): StoreApi<LabState> {
  const store = useContext(LabContext);
  if (!store) throw new Error('The lab’s components need a LabProvider above them.');
  return store;
}

/** The narrowest value a component needs; the component is drawn anew when that value changes. */
export function useLab<T>(select: (state: LabState) => T): T {
  return useStore(useLabStore(), select);
}
