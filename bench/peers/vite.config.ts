import { defineConfig } from 'vite';

/** The pages of the benchmark: our viewer and Cornerstone3D, each alone. */
export default defineConfig({
  root: import.meta.dirname,
  publicDir: false,
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  // vtk.js wants the package, not the module that Vite leaves empty.
  resolve: { alias: [{ find: 'events', replacement: 'events/' }] },
  build: {
    target: 'chrome100',
    outDir: 'dist',
    emptyOutDir: true,
    rollupOptions: {
      input: ['ours.ts', 'cornerstone.ts'],
      output: { entryFileNames: '[name].js', assetFileNames: '[name][extname]' },
    },
  },
});
