/** What proxies, slow servers and callers do, which the example site does not. */

import assert from "node:assert/strict";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { test, type TestContext } from "node:test";

import { ApiConnectionError, ApiError, ApiTimeoutError, createClient, MemoryCache } from "mkt-api-client";

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

async function server(context: TestContext, handler: Handler): Promise<string> {
  const running = createServer(handler).listen(0, "127.0.0.1");
  await new Promise((resolve) => running.once("listening", resolve));
  context.after(() => {
    running.closeAllConnections();
    running.close();
  });
  return `http://127.0.0.1:${(running.address() as AddressInfo).port}/api/v1`;
}

test("what a proxy says in HTML is an error without a problem document", async (context) => {
  const baseUrl = await server(context, (_, response) => response.writeHead(502, { "Content-Type": "text/html" }).end("<h1>Bad</h1>"));

  await assert.rejects(createClient({ baseUrl }).list("posts"), {
    name: "ApiError",
    status: 502,
    type: "about:blank",
    message: "502 Bad Gateway",
  });
});

test("an answer of success that is no JSON is an error", async (context) => {
  const baseUrl = await server(context, (_, response) => response.end("<h1>Hotel WLAN</h1>"));

  await assert.rejects(createClient({ baseUrl }).list("posts"), ApiConnectionError);
});

test("503 is tried again at the moment that the server names", async (context) => {
  let asked = 0;
  const baseUrl = await server(context, (_, response) => {
    asked += 1;
    if (asked > 1) response.end("[]");
    else response.writeHead(503, { "Retry-After": new Date(Date.now() + 1500).toUTCString() }).end();
  });

  await createClient({ baseUrl }).menus();

  assert.equal(asked, 2);
});

test("it is not tried for ever, nor for anything else", async (context) => {
  const asked: string[] = [];
  const baseUrl = await server(context, (request, response) => {
    asked.push(request.url ?? "");
    response.writeHead(request.url?.includes("menus") ? 429 : 500, { "Retry-After": "0" }).end();
  });
  const api = createClient({ baseUrl, retries: 2 });

  await assert.rejects(api.menus(), { status: 429 });
  await assert.rejects(api.settings(), { status: 500 });

  assert.deepEqual(asked, ["/api/v1/menus/", "/api/v1/menus/", "/api/v1/menus/", "/api/v1/settings/"]);
});

test("a server that does not answer, or stops in the middle, is given up", async (context) => {
  const baseUrl = await server(context, (request, response) => {
    if (request.url?.includes("menus")) response.write('{"items": [');
  });
  const api = createClient({ baseUrl, timeoutMs: 50 });

  await assert.rejects(api.menus(), ApiTimeoutError);
  await assert.rejects(api.preview("secret-token"), (error) => error instanceof ApiTimeoutError && !error.message.includes("secret"));
});

test("a caller may stop a request, and the wait for another try", async (context) => {
  const baseUrl = await server(context, (request, response) => {
    if (request.url?.includes("menus")) response.writeHead(429, { "Retry-After": "20" }).end();
  });
  const api = createClient({ baseUrl });

  await assert.rejects(api.list("posts", {}, { signal: AbortSignal.timeout(20) }), { name: "TimeoutError" });
  await assert.rejects(api.menus({}, { signal: AbortSignal.timeout(50) }), { name: "TimeoutError" });
  await assert.rejects(api.menus({}, { signal: AbortSignal.abort(new Error("Enough")) }), /Enough/);
});

test("nobody there is told as such", async () => {
  await assert.rejects(createClient({ baseUrl: "http://127.0.0.1:1/" }).menus(), ApiConnectionError);
});

test("what is secret is sent, and drafts are not kept", async (context) => {
  const seen: (string | undefined)[] = [];
  const baseUrl = await server(context, (request, response) => {
    seen.push(request.headers.authorization);
    response.writeHead(200, { ETag: '"a"', "Cache-Control": "private, no-store" }).end("{}");
  });
  const cache = new MemoryCache();
  let secret = "one";
  const api = createClient({ baseUrl, cache, token: () => Promise.resolve(secret) });

  await api.preview("t");
  secret = "two";
  await api.preview("t");

  assert.deepEqual(seen, ["Bearer one", "Bearer two"]);
  assert.equal(cache.size, 0);
});

test("lists are followed at the address of the client, whatever the API believes its own to be", async (context) => {
  const paths: string[] = [];
  const baseUrl = await server(context, (request, response) => {
    paths.push(request.url ?? "");
    const next = request.url?.includes("cursor") ? null : "http://internal:8000/api/v1/posts/?limit=1&cursor=abc";
    response.end(JSON.stringify({ items: [{ id: paths.length }], next, previous: null, count: null }));
  });

  const found: unknown[] = [];
  for await (const post of createClient({ baseUrl }).all("posts", { limit: 1 })) found.push(post);

  assert.deepEqual(found, [{ id: 1 }, { id: 2 }]);
  assert.deepEqual(paths, ["/api/v1/posts/?limit=1", "/api/v1/posts/?limit=1&cursor=abc"]);
});

test("the cache forgets what was used the longest time ago", () => {
  const cache = new MemoryCache({ maxEntries: 2 });
  const answer = { etag: '"a"', body: "{}" };

  for (const url of ["a", "b"]) cache.set(url, answer);
  cache.get("a");
  cache.set("c", answer);

  assert.deepEqual([cache.get("a"), cache.get("b"), cache.get("c")], [answer, undefined, answer]);
});

test("errors are errors of their class", () => {
  const error = new ApiError("http://x/", { status: 404, statusText: "Not Found", headers: new Headers() }, '{"errors": "nonsense"}');

  assert.ok(error instanceof Error);
  assert.deepEqual(error.errors, []);
});
