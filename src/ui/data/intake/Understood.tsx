import { Button, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { encodingSpaces, countsOfPlan } from '../../../state/data/encodeChoice.ts';
import type { IntakeForm } from '../../../state/data/types.ts';
import { counted } from '../../evidence/tasks/words.ts';
import { useLab } from '../../shared/LabContext.tsx';
import { EncodeChoice } from '../EncodeChoice.tsx';
import { Fold, LeftOutList } from '../Fold.tsx';
import { styles } from '../styles.ts';
import { ArraysPart } from './ArraysPart.tsx';
import { MediaPart } from './MediaPart.tsx';

interface UnderstoodProps {
  form: IntakeForm;
  /** Why it could not be kept at the last try. */
  message: string | undefined;
  /** How keeping it goes on; the form rests meanwhile. */
  children: ReactNode;
}

/** What was understood of a drop, what a person may choose of it, and one button that keeps it. */
export function Understood({ form, message, children }: UnderstoodProps) {
  const { intake, problem } = form;
  const { media, arrays, saved, bonds, encoders, leftOut } = intake;
  const makesCollection = media !== undefined || arrays !== undefined || saved !== undefined;
  const keeps = makesCollection || bonds.length > 0;
  return (
    <>
      <h3>{keeps || encoders.length > 0 ? 'What was understood' : 'Nothing of it was understood'}</h3>
      {saved && (
        <p className={styles.found}>
          <b>A collection that was saved from the lab</b>: “{saved.name}”,{' '}
          {counted(saved.items, 'item', 'items')}.
        </p>
      )}
      {media && <MediaPart plan={media} files={form.files} />}
      {arrays && <ArraysPart plan={arrays} form={form} />}
      {bonds.length > 0 && (
        <div className={styles.part}>
          <p className={styles.found}>
            <b>{counted(bonds.length, 'file of projectors', 'files of projectors')}</b>: kept with it, and
            listed in the workshop under In and out.
          </p>
          <Fold summary="Their paths">
            <ul className={styles.leftOut}>
              {bonds.map((path) => (
                <li key={path} className={styles.path}>
                  {path}
                </li>
              ))}
            </ul>
          </Fold>
        </div>
      )}
      {encoders.length > 0 && <FoundEncoders form={form} />}
      <LeftOutList items={leftOut} one="file was" many="files were" open={!keeps} />
      {media && <MediaEncoders form={form} />}
      {children || <KeepBar form={form} keeps={keeps} names={makesCollection} problem={problem} />}
      {message !== undefined && (
        <p className={styles.failed} role="alert">
          It was not kept: {message}
        </p>
      )}
    </>
  );
}

function KeepBar(props: { form: IntakeForm; keeps: boolean; names: boolean; problem: string | undefined }) {
  const { form, keeps, names, problem } = props;
  const setIntake = useLab((s) => s.setIntake);
  const keepIntake = useLab((s) => s.keepIntake);
  const closeIntake = useLab((s) => s.closeIntake);
  const { media, saved } = form.intake;
  const encodes = media !== undefined && form.spaceIds.length > 0;
  const words = encodes
    ? 'Keep and encode'
    : saved
      ? 'Open it'
      : names
        ? 'Keep it as a collection'
        : 'Keep the projectors';
  return (
    <div className={styles.keep}>
      {names && (
        <TextInput
          label="Name of the collection"
          size="sm"
          value={form.name}
          onChange={({ currentTarget }) => setIntake({ name: currentTarget.value })}
        />
      )}
      {keeps && (
        <Button
          size="sm"
          disabled={problem !== undefined || (names && form.name.trim() === '')}
          onClick={() => void keepIntake()}
        >
          {words}
        </Button>
      )}
      <Button size="sm" variant="default" onClick={closeIntake}>
        Put it away
      </Button>
      {/* Always there, so that what it says is read out. */}
      <p className={styles.failed} role="status">
        {problem}
      </p>
    </div>
  );
}

function MediaEncoders({ form }: { form: IntakeForm }) {
  const own = useLab((s) => s.data.models.spaces);
  const setIntake = useLab((s) => s.setIntake);
  const { media } = form.intake;
  if (!media) return null;
  return (
    <div className={styles.part}>
      <EncodeChoice
        legend="Encode it in"
        spaces={encodingSpaces(own)}
        counts={countsOfPlan(media)}
        chosen={form.spaceIds}
        onChange={(spaceIds) => setIntake({ spaceIds })}
      />
      <p className={styles.note}>
        On this device, while you go on working; it can be paused, and goes on after a reload. More spaces can
        be added later: models are kept under Models.
      </p>
    </div>
  );
}

/** Graphs that encode are set up one at a time. */
function FoundEncoders({ form: { intake, files } }: { form: IntakeForm }) {
  const proposeEncoder = useLab((s) => s.proposeEncoder);
  const showData = useLab((s) => s.showData);
  const folderOf = (path: string) => path.slice(0, path.lastIndexOf('/') + 1);
  return (
    <div className={styles.part}>
      <p className={styles.found}>
        <b>{counted(intake.encoders.length, 'encoder', 'encoders')}</b>: an encoder is set up under Models,
        where it is tried out first.
      </p>
      <ul className={styles.leftOut}>
        {intake.encoders.map((path) => {
          const beside = files.filter((file) => folderOf(file.path) === folderOf(path));
          const own = beside.filter((file) => file.path === path || !file.path.endsWith('.onnx'));
          return (
            <li key={path} className={styles.encoderFile}>
              <span className={styles.path}>{path}</span>
              {own.some((file) => file.path === path) && (
                <Button
                  size="xs"
                  variant="default"
                  onClick={() => {
                    void proposeEncoder([...own]);
                    showData('models');
                  }}
                >
                  Set it up
                </Button>
              )}
            </li>
          );
        })}
      </ul>
    </div>
  );
}
