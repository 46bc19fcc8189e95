import node from "@astrojs/node";
import { defineConfig } from "astro/config";

export default defineConfig({
  // Lists and posts are files; /preview and /search are made when they are asked for.
  output: "static",
  adapter: node({ mode: "middleware" }),
  site: process.env.PUBLIC_URL || "http://127.0.0.1:4321",
  trailingSlash: "ignore",
  outDir: process.env.OUT_DIR || "./dist",
  // The API has pictures in all sizes already.
  image: { service: { entrypoint: "astro/assets/services/noop" } },
  // The policy allows no inline styles.
  build: { inlineStylesheets: "never" },
  devToolbar: { enabled: false },
});
