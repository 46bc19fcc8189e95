/** Signatures of webhooks, with the example of Standard Webhooks. */

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { test } from "node:test";

import { verifyWebhook, WebhookVerificationError } from "mkt-api-client/webhooks";

const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const BODY = '{"type":"page.published","timestamp":"2026-11-28T01:49:39+00:00","data":{"id":12}}';

function signed(body: string, { secret = SECRET, age = 0 } = {}): Record<string, string> {
  const timestamp = String(Math.floor(Date.now() / 1000) - age);
  const key = Buffer.from(secret.slice("whsec_".length), "base64");
  const signature = createHmac("sha256", key).update(`msg_1.${timestamp}.${body}`).digest("base64");
  return { "webhook-id": "msg_1", "webhook-timestamp": timestamp, "webhook-signature": `v2,abc v1,${signature}` };
}

test("a genuine request is told", async () => {
  const event = await verifyWebhook({ secret: SECRET, headers: signed(BODY), body: BODY });
  const same = await verifyWebhook({ secret: SECRET, headers: new Headers(signed(BODY)), body: new TextEncoder().encode(BODY) });

  assert.deepEqual([event.id, event.type, event.data["id"]], ["msg_1", "page.published", 12]);
  assert.deepEqual(same, event);
});

test("either secret will do while one takes the place of the other", async () => {
  const other = "whsec_AAECAwQFBgcICQoLDA0ODw==";

  const event = await verifyWebhook({ secret: [other, SECRET], headers: signed(BODY), body: BODY });

  assert.equal(event.type, "page.published");
});

for (const [what, headers, body] of [
  ["another body", signed(BODY), BODY.replace("12", "13")],
  ["another secret", signed(BODY, { secret: "whsec_AAECAwQFBgcICQoLDA0ODw==" }), BODY],
  ["an old one", signed(BODY, { age: 400 }), BODY],
  ["one from the future", signed(BODY, { age: -400 }), BODY],
  ["no signature", { ...signed(BODY), "webhook-signature": "" }, BODY],
  ["half a signature", { ...signed(BODY), "webhook-signature": "v1,%%%" }, BODY],
  ["no moment", { ...signed(BODY), "webhook-timestamp": "NaN" }, BODY],
] as const) {
  test(`${what} is refused`, async () => {
    await assert.rejects(verifyWebhook({ secret: SECRET, headers, body }), WebhookVerificationError);
  });
}

test("a secret that is none is a mistake of the receiver", async () => {
  await assert.rejects(verifyWebhook({ secret: "whsec_", headers: signed(BODY), body: BODY }), TypeError);
});
