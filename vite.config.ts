import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const isolation = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

export default defineConfig({
  plugins: [react()],
  appType: 'mpa',
  server: { headers: isolation },
  preview: { headers: isolation },
  worker: { format: 'es' },
  // Under 700 kB is what React, Mantine and the embedded world's synthesisers take before compression.
  build: { target: 'es2023', chunkSizeWarningLimit: 700 },
  // Found late, a dependency of a worker would reload the page (and a running browser test) once.
  optimizeDeps: {
    include: [
      '@huggingface/transformers',
      '@jax-js/jax',
      '@mantine/core',
      '@mantine/hooks',
      '@noble/hashes/legacy.js',
      '@noble/hashes/sha2.js',
      '@noble/hashes/utils.js',
      '@tabler/icons-react',
      '@observablehq/plot',
      'comlink',
      'd3-dsv',
      'd3-quadtree',
      'd3-selection',
      'd3-zoom',
      'fflate',
      'hyparquet',
      'hyparquet-compressors',
      'hyparquet/src/column.js',
      'hyparquet/src/convert.js',
      'hyparquet/src/datapage.js',
      'hyparquet/src/delta.js',
      'hyparquet/src/encoding.js',
      'hyparquet/src/plain.js',
      'idb',
      'onnxruntime-web/webgpu',
      'pure-rand/distribution/uniformFloat64',
      'pure-rand/generator/xoroshiro128plus',
      'react-dom/client',
      'umap-js',
      'zustand',
      'zustand/vanilla',
    ],
  },
  define: { __BONDLAB_VERSION__: JSON.stringify(process.env.npm_package_version ?? '0.1.0') },
});
