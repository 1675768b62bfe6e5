import { Button } from '@mantine/core';
import type { SingleStage } from '../../../state/data/types.ts';
import { specProblem } from '../../../state/data/single.ts';
import { BACKENDS, bytesWords, shapeWords } from '../../../state/data/words.ts';
import { FileDrop } from '../../shared/FileDrop.tsx';
import { useLab } from '../../shared/LabContext.tsx';
import { styles } from '../styles.ts';
import { SpecForm } from './SpecForm.tsx';

/** An encoder from a file: what the graph says of itself, what has to be chosen, a trial, and only then it is kept. */
export function SingleEncoder() {
  const single = useLab((s) => s.data.single);
  const proposeEncoder = useLab((s) => s.proposeEncoder);
  return (
    <section className={styles.list} aria-labelledby="single-title" tabIndex={-1}>
      <h3 id="single-title">An encoder of your own</h3>
      <FileDrop
        label="Files of an encoder"
        accept=".onnx,.data,.bin,.json,.onnx_data"
        onFiles={(given) => void proposeEncoder(given)}
      >
        <p>
          Drop an <code>.onnx</code> file, with its <code>.data</code> and <code>tokenizer.json</code> where
          it has them
        </p>
      </FileDrop>
      <p className={styles.busy} role="status">
        {single.status === 'reading' && single.words}
        {single.status === 'kept' &&
          `It is kept as ${single.encoderId}, and listed among the encoders at hand.`}
      </p>
      {single.status === 'failed' && (
        <p className={styles.failed} role="alert">
          It cannot be used: {single.message}
        </p>
      )}
      {single.status === 'proposed' && <Proposed single={single} />}
    </section>
  );
}

function Proposed({ single }: { single: Extract<SingleStage, { status: 'proposed' }> }) {
  const { proposal, spec, dryRun, keeping, message } = single;
  const tryEncoder = useLab((s) => s.tryEncoder);
  const keepEncoder = useLab((s) => s.keepEncoder);
  const closeEncoder = useLab((s) => s.closeEncoder);
  const problem = specProblem(spec);
  const tried = dryRun.status === 'ready';
  return (
    <div className={styles.sheet} role="group" aria-label={`Encoder ${proposal.path}`}>
      <p className={styles.found}>
        <b className={styles.path}>{proposal.path}</b>, {bytesWords(proposal.bytes)}:{' '}
        {proposal.inputs
          .map(({ name, dims }) => `${name} ${dims.length > 0 ? `[${dims.join(', ')}]` : ''}`)
          .join(', ')}{' '}
        → {proposal.outputs.map(({ name, dims }) => `${name} [${dims.join(', ')}]`).join(', ')}
      </p>
      {proposal.questions.length > 0 && (
        <ul className={styles.questions} aria-label="To be chosen">
          {proposal.questions.map((question) => (
            <li key={question}>{question}</li>
          ))}
        </ul>
      )}
      <SpecForm proposal={proposal} spec={spec} />
      <p className={dryRun.status === 'failed' || problem ? styles.failed : styles.found} role="status">
        {problem ?? dryRunWords(dryRun)}
      </p>
      {dryRun.status === 'ready' && (
        <p className={styles.note}>
          {shapeWords([dryRun.value.dim])}: {dryRun.value.head.map((value) => value.toFixed(3)).join(', ')} …
        </p>
      )}
      {message !== undefined && (
        <p className={styles.failed} role="alert">
          It was not kept: {message}
        </p>
      )}
      <div className={styles.buttons}>
        <Button
          size="sm"
          variant={tried ? 'default' : 'filled'}
          loading={dryRun.status === 'loading'}
          disabled={problem !== undefined || keeping}
          onClick={() => void tryEncoder()}
        >
          Try it once
        </Button>
        <Button
          size="sm"
          variant={tried ? 'filled' : 'default'}
          loading={keeping}
          disabled={!tried}
          onClick={() => void keepEncoder()}
        >
          Keep it
        </Button>
        <Button size="sm" variant="default" onClick={closeEncoder}>
          Put it away
        </Button>
      </div>
    </div>
  );
}

function dryRunWords(dryRun: Extract<SingleStage, { status: 'proposed' }>['dryRun']): string {
  switch (dryRun.status) {
    case 'ready': {
      const { dim, norm, ms, backend } = dryRun.value;
      return `It gives a vector of ${dim} numbers, of length ${norm.toFixed(3)}, in ${ms.toFixed(0)} ms on ${BACKENDS[backend]}.`;
    }
    case 'failed':
      return dryRun.message;
    case 'loading':
      return dryRun.words;
    default:
      return 'It is tried out on a sample before it is kept.';
  }
}
