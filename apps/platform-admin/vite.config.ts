import { woff2Only } from '@seatgrid/ui/vite/woff2-only.ts';
import adapter from '@sveltejs/adapter-static';
import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig } from 'vite';

/** Where `vite dev` finds a running centre; builds do not ask. */
const centreUrl = process.env['SEATGRID_CENTRE_URL'] ?? 'http://127.0.0.1:8080';

/** Named, a build stands by itself beside the usual one: tests that build do not disturb what is being served. */
const buildName = process.env['SEATGRID_BUILD_NAME'];
const outDir = buildName === undefined ? '.svelte-kit' : `.svelte-kit/${buildName}`;
const pages = buildName === undefined ? 'build' : `${outDir}/build`;

export default defineConfig({
  plugins: [
    woff2Only(),
    sveltekit({
      adapter: adapter({ pages, fallback: 'index.html', precompress: buildName === undefined }),
      outDir,
      paths: { base: '/admin', relative: false },
    }),
  ],
  build: { target: ['chrome123', 'firefox121', 'safari17.5'] },
  server: { host: '127.0.0.1', proxy: { '/api': { target: centreUrl, ws: true } } },
});
