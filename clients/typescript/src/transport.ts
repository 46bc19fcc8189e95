import type { AnswerCache } from "./cache.js";
import { ApiConnectionError, ApiError, ApiTimeoutError } from "./errors.js";
import { queryString, type QueryValue } from "./query.js";

export interface TransportOptions {
  /** Where the API's URLs are included: `https://www.example.com/api/v1/`. */
  baseUrl: string | URL;
  /** Sent as `Authorization: Bearer …`. A function is asked before each request. */
  token?: string | (() => string | Promise<string>);
  /** In the place of the global `fetch`. */
  fetch?: typeof globalThis.fetch;
  /** Sent with each request. */
  headers?: Readonly<Record<string, string>>;
  /** Keeps answers and asks whether they have changed. Without one, nothing is kept. */
  cache?: AnswerCache;
  /** How long one attempt may take, the body included. 0: for ever. Default: 10,000. */
  timeoutMs?: number;
  /** How often 429 and 503 are tried again. Default: 2. */
  retries?: number;
  /** Where the server asks for a longer wait than this, the error is thrown at once. Default: 30,000. */
  maxRetryAfterMs?: number;
}

/** What one call may decide for itself. */
export interface RequestOptions {
  signal?: AbortSignal;
  timeoutMs?: number;
  retries?: number;
}

interface Answer {
  status: number;
  statusText: string;
  headers: Headers;
  text: string;
}

/** Sends requests, waits, tries again, and asks whether what it has is still right. */
export class Transport {
  readonly baseUrl: URL;
  readonly #options: TransportOptions;

  constructor(options: TransportOptions) {
    this.baseUrl = baseOf(options.baseUrl);
    this.#options = options;
  }

  /**
   * What is at `path` below the base, parsed.
   *
   * @throws {ApiError} the answer is none of success.
   * @throws {ApiTimeoutError} it took too long.
   * @throws {ApiConnectionError} there was no answer, or none in JSON.
   * @throws the reason of `signal`, when that was aborted.
   */
  async json(path: string, query: Readonly<Record<string, QueryValue>> = {}, request: RequestOptions = {}): Promise<unknown> {
    const url = new URL(path, this.baseUrl);
    url.search = queryString(query);
    const address = url.href;
    const known = await this.#options.cache?.get(address);
    const answer = await this.#answer(address, known?.etag, request);
    if (answer.status === 304 && known) return JSON.parse(known.body);
    if (answer.status < 200 || answer.status > 299) throw new ApiError(address, answer, answer.text);
    const parsed = parse(address, answer.text);
    const etag = answer.headers.get("etag");
    if (etag && !answer.headers.get("cache-control")?.includes("no-store")) {
      await this.#options.cache?.set(address, { etag, body: answer.text });
    }
    return parsed;
  }

  /** The first answer that is neither 429 nor 503, or the last one. */
  async #answer(url: string, etag: string | undefined, request: RequestOptions): Promise<Answer> {
    const retries = request.retries ?? this.#options.retries ?? 2;
    for (let attempt = 0; ; attempt += 1) {
      const answer = await this.#attempt(url, etag, request);
      if ((answer.status !== 429 && answer.status !== 503) || attempt >= retries) return answer;
      const error = new ApiError(url, answer, answer.text);
      const wait = error.retryAfterSeconds === null ? backoffMs(attempt) : error.retryAfterSeconds * 1000;
      if (wait > (this.#options.maxRetryAfterMs ?? 30_000)) throw error;
      await sleep(wait, request.signal);
    }
  }

  async #attempt(url: string, etag: string | undefined, request: RequestOptions): Promise<Answer> {
    request.signal?.throwIfAborted();
    const headers = await this.#headers(etag);
    const timeoutMs = request.timeoutMs ?? this.#options.timeoutMs ?? 10_000;
    const stop = new AbortController();
    const giveUp = (): void => stop.abort(request.signal?.reason);
    request.signal?.addEventListener("abort", giveUp, { once: true });
    const timer = timeoutMs > 0 ? setTimeout(() => stop.abort(new ApiTimeoutError(url, timeoutMs)), timeoutMs) : undefined;
    try {
      const fetch = this.#options.fetch ?? globalThis.fetch;
      // Called as a plain function: browsers refuse `fetch` as a method of anything but the window.
      const response = await fetch(url, { headers, signal: stop.signal });
      const { status, statusText } = response;
      return { status, statusText, headers: response.headers, text: await response.text() };
    } catch (error) {
      // Undici throws the reason itself, browsers may wrap it.
      if (stop.signal.aborted) throw stop.signal.reason;
      throw new ApiConnectionError(url, "No answer", error);
    } finally {
      clearTimeout(timer);
      request.signal?.removeEventListener("abort", giveUp);
    }
  }

  async #headers(etag: string | undefined): Promise<Record<string, string>> {
    const { token, headers } = this.#options;
    const secret = typeof token === "function" ? await token() : token;
    return {
      Accept: "application/json, application/problem+json",
      ...headers,
      ...(secret ? { Authorization: `Bearer ${secret}` } : {}),
      ...(etag ? { "If-None-Match": etag } : {}),
    };
  }
}

function baseOf(given: string | URL): URL {
  const base = new URL(given);
  base.search = base.hash = "";
  // Without the slash the last part would be replaced by the first path.
  if (!base.pathname.endsWith("/")) base.pathname += "/";
  return base;
}

function parse(url: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ApiConnectionError(url, "No JSON", error);
  }
}

/** Half a second, one, two and so on, up to a quarter earlier, so that many clients do not come back at once. */
function backoffMs(attempt: number): number {
  return 500 * 2 ** attempt * (1 - Math.random() / 4);
}

function sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, milliseconds);
    signal?.addEventListener("abort", stop, { once: true });
    if (signal?.aborted) stop();
  });
}
