import { createHash } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";

import type { AnswerCache, CachedAnswer } from "mkt-api-client";

/** Keeps answers from one build to the next, a file for each. */
export class DiskCache implements AnswerCache {
  constructor(readonly folder: string) {}

  async get(url: string): Promise<CachedAnswer | undefined> {
    try {
      return JSON.parse(await readFile(this.#path(url), "utf8")) as CachedAnswer;
    } catch {
      // Nothing is there yet, or a build was stopped while it wrote.
      return undefined;
    }
  }

  async set(url: string, answer: CachedAnswer): Promise<void> {
    await mkdir(this.folder, { recursive: true });
    const path = this.#path(url);
    const unfinished = `${path}.${process.pid}`;
    await writeFile(unfinished, JSON.stringify(answer));
    await rename(unfinished, path);
  }

  #path(url: string): string {
    return join(this.folder, `${createHash("sha256").update(url).digest("hex")}.json`);
  }
}
