import { verifyWebhook, WebhookVerificationError } from "mkt-api-client/webhooks";

const MAX_BYTES = 1_000_000;
const REMEMBERED = 1000;

/** Answers the site's webhook: `onEvent` is called once for each event that is genuine. */
export function hook(secret, onEvent) {
  const seen = new Set();
  return async (request, response) => {
    if (request.method !== "POST") return response.writeHead(405, { Allow: "POST" }).end();
    const body = await bodyOf(request);
    if (body === null) return response.writeHead(413).end();
    let event;
    try {
      event = await verifyWebhook({ secret, headers: request.headers, body });
    } catch (error) {
      if (error instanceof WebhookVerificationError) return response.writeHead(401).end(error.message);
      throw error;
    }
    // Answered before the work: the site waits ten seconds and no longer.
    response.writeHead(204).end();
    if (seen.has(event.id)) return;
    seen.add(event.id);
    if (seen.size > REMEMBERED) seen.delete(seen.values().next().value);
    onEvent(event);
  };
}

async function bodyOf(request) {
  const parts = [];
  let size = 0;
  for await (const part of request) {
    size += part.length;
    if (size > MAX_BYTES) return null;
    parts.push(part);
  }
  return Buffer.concat(parts);
}
