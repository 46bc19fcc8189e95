/** An answer with the `ETag` that it came with. `body` is JSON, as text. */
export interface CachedAnswer {
  readonly etag: string;
  readonly body: string;
}

/**
 * Where a client keeps answers. Nothing of it is shown before the server has said with 304 that it is still right for
 * whoever asks, so that one cache may serve clients with different tokens, and may lie on a disk.
 */
export interface AnswerCache {
  get(url: string): CachedAnswer | undefined | Promise<CachedAnswer | undefined>;
  set(url: string, answer: CachedAnswer): unknown;
}

/** Keeps answers in memory; the one that was used the longest time ago has to go first. */
export class MemoryCache implements AnswerCache {
  readonly #answers = new Map<string, CachedAnswer>();
  readonly #maxEntries: number;

  constructor({ maxEntries = 500 }: { maxEntries?: number } = {}) {
    this.#maxEntries = maxEntries;
  }

  get size(): number {
    return this.#answers.size;
  }

  get(url: string): CachedAnswer | undefined {
    const found = this.#answers.get(url);
    if (found) this.#touch(url, found);
    return found;
  }

  set(url: string, answer: CachedAnswer): void {
    this.#touch(url, answer);
    if (this.#answers.size > this.#maxEntries) {
      const [oldest] = this.#answers.keys();
      if (oldest !== undefined) this.#answers.delete(oldest);
    }
  }

  #touch(url: string, answer: CachedAnswer): void {
    // A Map gives its keys in the order in which they came.
    this.#answers.delete(url);
    this.#answers.set(url, answer);
  }
}
