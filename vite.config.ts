import { globSync } from 'node:fs';
import { defineConfig } from 'vite';

/** Every `frontend/<slice>/<name>.entry.ts(x)` becomes the entry `<slice>/<name>`; nothing is listed by hand. */
function entries(): Record<string, string> {
  const found: Record<string, string> = {};
  for (const path of globSync('frontend/*/*.entry.{ts,tsx}', { cwd: import.meta.dirname }).sort()) {
    const name = path
      .replaceAll('\\', '/')
      .replace(/^frontend\//, '')
      .replace(/\.entry\.tsx?$/, '');
    found[name] = path;
  }
  return found;
}

export default defineConfig({
  root: import.meta.dirname,
  base: '/static/build/',
  publicDir: false,
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  worker: { format: 'es' },
  build: {
    target: 'chrome100',
    outDir: 'mdt/static/build',
    emptyOutDir: true,
    manifest: true,
    // The content security policy allows no data: scripts or fonts, and one way of serving assets is enough.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: { input: entries() },
  },
});
