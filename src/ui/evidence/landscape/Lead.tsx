import { Hint } from '../../shared/Hint.tsx';

/** Which setting a readout is of. */
export type LeadKind = 'Now' | 'Near' | 'Here';

const ABOUT: Readonly<Record<LeadKind, string>> = {
  Now: 'Where the sliders stand.',
  Near: 'The counted setting nearest to the sliders: settings are counted in steps of 0.05.',
  Here: 'What the pointer or the keyboard reads.',
};

/** The first word of a readout, with what it means. */
export function Lead({ kind, className }: { kind: LeadKind; className: string | undefined }) {
  return (
    <Hint text={ABOUT[kind]}>
      <span className={className} tabIndex={0}>
        {kind}
      </span>
    </Hint>
  );
}
