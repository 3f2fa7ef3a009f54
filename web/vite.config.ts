import { defineConfig } from "vite";

// The page is served by `vedette serve` under a policy that allows nothing inline and nothing from elsewhere.
export default defineConfig({
  base: "./",
  build: {
    outDir: "../src/vedette/web/static",
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    sourcemap: false,
    target: "es2022",
    chunkSizeWarningLimit: 1500,
  },
});
