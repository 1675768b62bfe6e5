/** Repositories and encoders as one shelf. */
import { createOwnEncoders } from './encoders/ownEncoders.ts';
import { ModelStore } from './hub/modelStore.ts';
import type { Models } from './types.ts';

/** Opens what the browser keeps of models and encoders; the caller disposes. */
export function createModels(): Models {
  const store = new ModelStore();
  const encoders = createOwnEncoders({ models: store });
  return {
    shelf: () => store.shelf(),
    host: () => store.host(),
    setHost: (...given) => store.setHost(...given),
    inspect: (...given) => store.inspect(...given),
    async download(...given) {
      await store.download(...given);
      await encoders.reread();
    },
    pause: (repo) => store.pause(repo),
    cancel: (repo) => store.cancel(repo),
    downloads: () => store.downloads(),
    kept: () => store.kept(),
    async remove(repo) {
      await store.remove(repo);
      await encoders.reread();
    },
    spaces: () => encoders.spaces(),
    encoders: () => encoders.encoders(),
    setBackend: (...given) => encoders.setBackend(...given),
    propose: (files) => encoders.propose(files),
    dryRun: (...given) => encoders.dryRun(...given),
    addEncoder: (...given) => encoders.addEncoder(...given),
    removeEncoder: (id) => encoders.removeEncoder(id),
    encode: (...given) => encoders.encode(...given),
    onChange(listener) {
      const stops = [store.onChange(listener), encoders.onChange(listener)];
      return () => stops.forEach((stop) => stop());
    },
    opened: Promise.all([store.opened, encoders.opened]).then(() => undefined),
    dispose() {
      encoders.dispose();
      store.dispose();
    },
  };
}
