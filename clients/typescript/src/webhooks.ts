/** What mkt-api sends: which object has changed, not what is in it. */
export interface WebhookEvent {
  /** `page.published`, `image.updated`, `webhook.test` and so on. */
  readonly type: string;
  readonly timestamp: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface VerifyOptions {
  /** `whsec_…`; several while one takes the place of another. */
  secret: string | readonly string[];
  /** Of the request: a `Headers` object, or a plain one with names in lower case as Node has it. */
  headers: Headers | Readonly<Record<string, string | readonly string[] | undefined>>;
  /** The body exactly as it came: what was parsed and written again is not what was signed. */
  body: string | Uint8Array;
  /** How far the clocks may differ. Default: 300. */
  toleranceSeconds?: number;
}

/** The request does not come from the API, or it comes too late. */
export class WebhookVerificationError extends Error {
  override readonly name = "WebhookVerificationError";
}

/**
 * Check a request as Standard Webhooks asks, and give what it says.
 *
 * `id` is the same when a delivery is repeated: drop what you have had.
 *
 * @throws {WebhookVerificationError} a header is missing, the request is too old, or no signature fits.
 */
export async function verifyWebhook(options: VerifyOptions): Promise<WebhookEvent & { readonly id: string }> {
  const [id, timestamp, signatures] = ["webhook-id", "webhook-timestamp", "webhook-signature"].map((name) =>
    headerOf(options.headers, name),
  );
  if (!id || !timestamp || !signatures) throw new WebhookVerificationError("The request is not signed.");
  const age = Math.abs(Date.now() / 1000 - Number(timestamp));
  if (!/^\d+$/.test(timestamp) || age > (options.toleranceSeconds ?? 300)) {
    throw new WebhookVerificationError("The request is too old, or comes from the future.");
  }
  const body = typeof options.body === "string" ? new TextEncoder().encode(options.body) : options.body;
  const content = concatenated(new TextEncoder().encode(`${id}.${timestamp}.`), body);
  const secrets = typeof options.secret === "string" ? [options.secret] : options.secret;
  if (!(await isSigned(content, signatures, secrets))) throw new WebhookVerificationError("No signature fits.");
  return { ...(JSON.parse(new TextDecoder().decode(body)) as WebhookEvent), id };
}

async function isSigned(content: BufferSource, signatures: string, secrets: readonly string[]): Promise<boolean> {
  const given = signatures.split(" ").flatMap((one) => (one.startsWith("v1,") ? [bytesOf(one.slice(3))] : []));
  for (const secret of secrets) {
    const bytes = bytesOf(secret.replace(/^whsec_/, ""));
    if (!bytes?.length) throw new TypeError("A secret is not whsec_ and Base64.");
    const key = await crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, ["verify"]);
    for (const signature of given) {
      // Takes the same time wherever the two differ.
      if (signature && (await crypto.subtle.verify("HMAC", key, signature, content))) return true;
    }
  }
  return false;
}

function headerOf(headers: VerifyOptions["headers"], name: string): string {
  const value = headers instanceof Headers ? headers.get(name) : headers[name];
  return typeof value === "string" ? value : "";
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> | null {
  try {
    return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  } catch {
    return null;
  }
}

function concatenated(first: Uint8Array, second: Uint8Array): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(first.length + second.length);
  whole.set(first);
  whole.set(second, first.length);
  return whole;
}
