import { join } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';

/** The console lives below this path on web nodes and under the desktop's `app://` scheme alike, so deep links work in both. */
const consoleBase = '/console/';
const here = (path: string) => join(import.meta.dirname, path);

export default defineConfig({
  main: {
    build: {
      outDir: 'out/main',
      rolldownOptions: {
        input: { index: 'src-main/index.ts' },
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      outDir: 'out/preload',
      rolldownOptions: {
        input: { preload: 'src-main/preload.ts' },
        // A sandboxed preload must be CommonJS.
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: here('src-renderer'),
    plugins: [react()],
    // electron-vite resets `base` to "./", which breaks nested paths; addresses are made absolute here instead.
    experimental: { renderBuiltUrl: (filename) => `${consoleBase}${filename}` },
    build: {
      outDir: here('out/renderer'),
      emptyOutDir: true,
      minify: true,
      assetsInlineLimit: 0,
      chunkSizeWarningLimit: 2_000,
      rolldownOptions: {
        input: here('src-renderer/index.html'),
        // Shared chunks would else run before the entry's first import, which tells zod to write no code.
        output: { strictExecutionOrder: true },
      },
    },
  },
});
