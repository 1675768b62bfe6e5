/** Drops as tests write them. */
import type { MediaPlan } from '../types.ts';
import { planMedia, type MediaFile } from './planMedia.ts';

/** Files from paths; those with a string or bytes are texts. */
export function filesOf(listed: Readonly<Record<string, string | Uint8Array | number>>): MediaFile[] {
  return Object.entries(listed).map(([path, content]) =>
    typeof content === 'number'
      ? { path, bytes: content }
      : { path, bytes: content.length, text: () => Promise.resolve(content) },
  );
}

export async function planOf(listed: Parameters<typeof filesOf>[0]): Promise<MediaPlan> {
  const { plan } = await planMedia(filesOf(listed));
  if (!plan) throw new Error('There is no plan.');
  return plan;
}

/** "group modality caption", in the plan's order. */
export const shortly = ({ items }: MediaPlan) =>
  items.map(({ group, modality, caption }) => `${group} | ${modality} | ${caption}`);
