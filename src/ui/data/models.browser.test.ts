import { expect, test } from 'vitest';
import { userEvent } from 'vitest/browser';
import { until } from '../../base/until.testing.ts';
import { CLAP, CLIP } from '../../state/data/fakeModels.testing.ts';
import { button, choose, drop, field, fill, OWN, showFace } from './face.testing.ts';

test('a model is fetched in the precision that is chosen, and its download told file by file', async () => {
  const { engine, host, said } = await showFace('models');
  await until(() => said().includes('has room for 2.5 GB more'));
  await choose(/^Precision of CLIP/, /^fp16/);
  (await button(/^Download CLIP/)).click();
  await until(() => engine.models.calls.includes(`download ${CLIP.repo} fp16`));
  expect(host.querySelector('[data-state="unavailable"]')!.textContent).toContain('docs/exporting.md');
  engine.models.put({
    downloads: [
      {
        repo: CLAP.repo,
        precision: 'int8',
        state: 'failed',
        files: [{ path: 'onnx/a.onnx', done: 1e6, of: 4e6 }],
        bytesPerS: undefined,
        message: 'The network is gone.',
      },
    ],
  });
  await until(() => said().includes('The network is gone.'));
  expect(said()).toContain('Broke off: 1.0 MB of 4.0 MB');
  expect(said()).toContain('onnx/a.onnx');
  (await button(/^Go on$/)).click();
  (await button(/^Cancel$/)).click();
  await until(() => engine.models.calls.includes(`cancel ${CLAP.repo}`));
  expect(engine.models.calls).toContain(`download ${CLAP.repo} int8`);
});

test('any repository is looked up, and a mirror takes the hub’s place', async () => {
  const { engine, host, said } = await showFace('models');
  const repo = await field(/^Another repository/);
  await userEvent.fill(repo, CLIP.repo);
  await userEvent.keyboard('{Enter}');
  await until(() => said().includes('revision abc1234'));
  await userEvent.fill(repo, 'nobody/nothing');
  await userEvent.keyboard('{Enter}');
  await until(() => said().includes('There is no repository nobody/nothing.'));
  await userEvent.click(
    await until(() => [...host.querySelectorAll('label')].find((one) => one.textContent === 'A mirror')),
  );
  const address = await field(/^Address that answers/);
  await userEvent.fill(address, 'https://mirror.example');
  await userEvent.keyboard('{Enter}');
  await until(() => said().includes('https://mirror.example'));
  expect(engine.models.host()).toEqual({ kind: 'mirror', address: 'https://mirror.example' });
});

test('kept models and encoders are listed, moved to another backend, and removed', async () => {
  const { engine, said } = await showFace('models');
  const space = {
    id: 'clip-512',
    name: 'CLIP',
    about: '',
    dim: 512,
    modalities: ['text' as const, 'image' as const],
  };
  engine.models.put({
    kept: [{ repo: CLIP.repo, precision: 'int8', revision: 'abcdef', files: [], bytes: 153e6, at: '' }],
    encoders: [
      {
        id: 'clip-512/image',
        space,
        modality: 'image',
        repo: CLIP.repo,
        precision: 'int8',
        probe: 'WebAssembly 48 ms, WebGPU 210 ms.',
        backend: 'wasm',
        pinned: false,
        state: 'ready',
      },
    ],
  });
  await until(() => said().includes('WebAssembly 48 ms, WebGPU 210 ms.'));
  await choose(/^Where CLIP, pictures runs/, /^WebGPU/);
  await until(() => engine.models.calls.includes('setBackend clip-512/image webgpu'));
  (await button(new RegExp(`^Remove ${CLIP.repo}`))).click();
  (await button(/^Remove it$/)).click();
  await until(() => engine.models.calls.includes(`remove ${CLIP.repo}`));
  expect(engine.models.calls).toEqual(['setBackend clip-512/image webgpu', `remove ${CLIP.repo}`]);
});

test('an encoder of one’s own is questioned, tried and kept', async () => {
  const { said, store } = await showFace('models');
  drop(window, new File(['x'], 'ears.onnx'));
  await until(() => said().includes('16 kHz is a guess'));
  expect((await button(/^Keep it$/)).disabled).toBe(true);
  await fill(/^Samples a second/, '48000');
  await fill(/^Name of the space/, 'My ears');
  (await button(/^Try it once/)).click();
  await until(() =>
    said().includes('It gives a vector of 256 numbers, of length 1.000, in 12 ms on WebAssembly.'),
  );
  const { single } = store.getState().data;
  expect(single).toMatchObject({
    spec: { inputSpec: { sampleRateHz: 48_000 }, space: { id: 'my-ears-256' } },
  });
  (await button(/^Keep it$/)).click();
  await until(() => said().includes('It is kept as my-ears-256/audio'));
  // Another modality has other fields.
  drop(window, new File(['x'], 'ears.onnx'));
  await choose(/^It reads/, /^pictures/);
  await field(/^Pixels a side/);
});

test('two models are bound through text once a collection has read with both', async () => {
  const { bound, engine, said } = await showFace('models');
  const both = [
    { id: 'clip-512', name: 'CLIP', about: '', dim: 512, modalities: ['text' as const, 'image' as const] },
    { id: 'clap-512', name: 'CLAP', about: '', dim: 512, modalities: ['text' as const, 'audio' as const] },
  ];
  const bind = await button(/^Bind them/);
  expect(bind.disabled).toBe(true);
  await until(() => said().includes('Keep a model of pictures (CLIP) and one of sounds (CLAP) first.'));
  engine.models.put({
    encoders: both.map((space) => ({
      id: space.id,
      space,
      modality: 'text',
      repo: space.id,
      precision: 'int8',
      probe: undefined,
      backend: undefined,
      pinned: false,
      state: 'ready',
    })),
  });
  await until(() => said().includes('Encode the texts of a collection in CLIP and in CLAP first'));
  engine.collections.put({
    list: [{ ...OWN, spaces: both.map((space) => ({ space, encoded: { text: 300 }, origin: '' })) }],
  });
  await until(() => !bind.disabled);
  bind.click();
  await until(() => bound.length > 0);
  expect(bound).toEqual([{ collectionId: 'own-1', baseId: 'clip-512', expertId: 'clap-512' }]);
});
