/** One thing that is wrong: where in the query string (`parameter`) or in the body (`pointer`, RFC 6901). */
export interface ProblemItem {
  readonly parameter?: string;
  readonly pointer?: string;
  readonly detail: string;
  /** For programs: `unknown`, `repeated`, `missing`, `conflict`, `invalid` and so on. */
  readonly code: string;
}

/** An answer other than success, with what its problem document (RFC 9457) says. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly status: number;
  /** A URI; `about:blank` where something in front of the API has answered without a problem document. */
  readonly type: string;
  readonly title: string;
  readonly detail: string;
  readonly instance: string | null;
  readonly errors: readonly ProblemItem[];
  /** How long the server asks to wait, in seconds; null where it does not say. */
  readonly retryAfterSeconds: number | null;
  readonly url: string;

  constructor(url: string, response: { status: number; statusText: string; headers: Headers }, text: string) {
    const document = problemDocument(text);
    const title = stringOf(document["title"]) || response.statusText || `Status ${response.status}`;
    const detail = stringOf(document["detail"]);
    const items = Array.isArray(document["errors"]) ? document["errors"].filter(isItem) : [];
    super([`${response.status} ${title}${detail && ": "}${detail}`, ...items.map(sentence)].join(" "));
    this.url = url;
    this.status = response.status;
    this.type = stringOf(document["type"]) || "about:blank";
    this.title = title;
    this.detail = detail;
    this.instance = stringOf(document["instance"]) || null;
    this.errors = items;
    this.retryAfterSeconds = retryAfterSeconds(response.headers);
  }

  /** The last part of `type`: `not-found`, `invalid-parameter`, `rate-limited`, `sync-token-expired` and so on. */
  get kind(): string {
    return this.type.split(":").at(-1) ?? this.type;
  }
}

/** No answer came in time: `timeoutMs` of one attempt has passed. */
export class ApiTimeoutError extends Error {
  override readonly name = "ApiTimeoutError";

  constructor(
    readonly url: string,
    readonly timeoutMs: number,
  ) {
    super(`No answer within ${timeoutMs} ms from ${withoutQuery(url)}`);
  }
}

/** No answer came, or one that is not the API's: no connection, no JSON. `cause` has what `fetch` said. */
export class ApiConnectionError extends Error {
  override readonly name = "ApiConnectionError";

  constructor(
    readonly url: string,
    reason: string,
    cause?: unknown,
  ) {
    super(`${reason} from ${withoutQuery(url)}`, { cause });
  }
}

/** Messages end up in logs, and the query of a preview is a secret. */
function withoutQuery(url: string): string {
  return url.split("?", 1)[0] ?? url;
}

/** `Retry-After` in seconds, which may be written as a number or as a moment; null without one. */
export function retryAfterSeconds(headers: Headers): number | null {
  const value = headers.get("retry-after")?.trim();
  if (!value) return null;
  if (/^\d+$/.test(value)) return Number(value);
  const moment = Date.parse(value);
  return Number.isNaN(moment) ? null : Math.max(0, (moment - Date.now()) / 1000);
}

function problemDocument(text: string): Record<string, unknown> {
  try {
    const found: unknown = JSON.parse(text);
    return typeof found === "object" && found !== null ? (found as Record<string, unknown>) : {};
  } catch {
    // A proxy has answered, in HTML.
    return {};
  }
}

function isItem(value: unknown): value is ProblemItem {
  return typeof value === "object" && value !== null && typeof (value as ProblemItem).detail === "string";
}

function sentence(item: ProblemItem): string {
  const place = item.parameter ?? item.pointer;
  return place ? `${place}: ${item.detail}` : item.detail;
}

function stringOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
