import { useLab } from '../shared/LabContext.tsx';
import styles from './Invitation.module.css';

/** One line that says what to do first; it goes when it has been done. */
export function Invitation() {
  const dragged = useLab((s) => s.dragMs !== undefined);
  const recipeId = useLab((s) => s.recipeId);
  if (dragged) return null;
  return (
    <p className={styles.invitation}>
      {recipeId === 'pictext-u'
        ? 'Drag towards PicText: words and pictures gain, and the sounds are left behind. Watch the sound tasks below.'
        : 'Drag the audio slider to Foley: the right sound climbs. Watch sound → picture pay below.'}
    </p>
  );
}
