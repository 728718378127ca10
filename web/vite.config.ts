// The page's build: web/dist, which the program carries. `npm run dev` shows it beside a running `hearken serve`.
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [react()],
  build: {
    target: 'es2022',
    assetsInlineLimit: 0, // the content security policy allows no data: addresses
    modulePreload: { polyfill: false },
    license: { fileName: 'licences.txt' }, // of the packages within the scripts; Help leads there
  },
  server: {
    proxy: {
      '/api': {
        target: 'http://127.0.0.1:8080',
        changeOrigin: true,
        headers: { origin: 'http://127.0.0.1:8080' }, // the server answers its own pages only
      },
    },
  },
});
