import { spawn } from "node:child_process";
import { mkdir, readdir, rm } from "node:fs/promises";
import { join, resolve } from "node:path";

const SECONDS = 600;

/**
 * Builds the site into a folder of its own each time, one after the other. What is served changes only when a build
 * has ended well; `current` is null before the first.
 */
export class Builds {
  current = null;
  #number = 0;
  #running = null;
  #isWanted = false;

  constructor(project, { log = console.log } = {}) {
    this.project = project;
    this.folder = join(project, ".builds");
    this.log = log;
  }

  /** Build, or once more after the build that runs: what it has read may be old. Ends with the last one. */
  want() {
    this.#isWanted = true;
    this.#running ??= this.#all().finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  async #all() {
    while (this.#isWanted) {
      this.#isWanted = false;
      await this.#one();
    }
  }

  async #one() {
    await mkdir(this.folder, { recursive: true });
    if (this.#number === 0) await this.#tidy([]);
    const started = performance.now();
    const outDir = join(this.folder, String((this.#number += 1)));
    const status = await astro(this.project, outDir);
    if (status !== 0) {
      this.log(`build ${this.#number} failed`);
      await rm(outDir, { recursive: true, force: true });
      return;
    }
    this.current = outDir;
    this.log(`build ${this.#number} done in ${Math.round(performance.now() - started)} ms`);
    // The first one has the program that answers /preview and /search; requests may still read the one before.
    await this.#tidy([1, this.#number - 1, this.#number]);
  }

  async #tidy(kept) {
    for (const name of await readdir(this.folder)) {
      if (!kept.includes(Number(name))) await rm(join(this.folder, name), { recursive: true, force: true });
    }
  }
}

function astro(project, outDir) {
  const program = resolve(project, "node_modules/astro/astro.js");
  const child = spawn(process.execPath, [program, "build"], {
    cwd: project,
    env: { ...process.env, OUT_DIR: outDir, ASTRO_TELEMETRY_DISABLED: "1" },
    stdio: ["ignore", "ignore", "inherit"],
    timeout: SECONDS * 1000,
  });
  const stop = () => child.kill();
  process.once("exit", stop);
  return new Promise((done) => {
    child.once("error", () => done(1));
    child.once("exit", (status) => {
      process.off("exit", stop);
      done(status ?? 1);
    });
  });
}
