/** What the server does without a built site: files and the webhook. */
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { mkdtemp, mkdir, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

import { sendFile } from "../server/files.mjs";
import { hook } from "../server/hook.mjs";

const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const BODY = '{"type":"page.published","timestamp":"2026-11-28T01:49:39+00:00","data":{"id":12}}';

async function serving(context, handler) {
  const server = createServer((request, response) => void handler(request, response)).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  context.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return server.address().port;
}

function signed(body, id = "msg_1") {
  const timestamp = String(Math.floor(Date.now() / 1000));
  const key = Buffer.from(SECRET.slice(6), "base64");
  const signature = createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64");
  return { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": `v1,${signature}` };
}

test("a genuine event is told once, a forged one never", async (context) => {
  const told = [];
  const port = await serving(context, hook([SECRET], (event) => told.push(event.type)));
  const post = async (headers, body) => (await fetch(`http://127.0.0.1:${port}/`, { method: "POST", headers, body })).status;

  assert.equal(await post({}, BODY), 401);
  assert.equal(await post(signed(BODY), BODY.replace("12", "13")), 401);
  assert.deepEqual(told, []);
  assert.equal(await post(signed(BODY), BODY), 204);
  assert.equal(await post(signed(BODY), BODY), 204);
  assert.deepEqual(told, ["page.published"]);
  assert.equal(await post(signed(BODY, "msg_2"), BODY), 204);
  assert.equal(told.length, 2);
  assert.equal(await post({}, "x".repeat(1_000_001)), 413);
  assert.equal((await fetch(`http://127.0.0.1:${port}/`)).status, 405);
});

test("files of the site are sent, and none beside it", async (context) => {
  const folder = await mkdtemp(join(tmpdir(), "front-end-"));
  context.after(() => rm(folder, { recursive: true }));
  await mkdir(join(folder, "site", "2"), { recursive: true });
  await writeFile(join(folder, "site", "2", "index.html"), "<p>two</p>");
  await writeFile(join(folder, "secret.txt"), "secret");
  await mkdir(join(folder, "site-more"));
  await writeFile(join(folder, "site-more", "a.txt"), "secret");
  const port = await serving(context, async (request, response) => {
    if (!(await sendFile(request, response, join(folder, "site"), decodeURIComponent(request.url)))) response.writeHead(404).end();
  });
  // As it is: fetch would take the dots away.
  const raw = (path) =>
    new Promise((resolve) => {
      let text = "";
      connect(port, "127.0.0.1", function () {
        this.end(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
      })
        .on("data", (part) => (text += part))
        .on("close", () => resolve(text));
    });

  for (const path of ["/2", "/2/"]) {
    const response = await fetch(`http://127.0.0.1:${port}${path}`);
    assert.equal(await response.text(), "<p>two</p>");
    const again = await fetch(`http://127.0.0.1:${port}${path}`, { headers: { "If-None-Match": response.headers.get("etag") } });
    assert.equal(again.status, 304);
  }
  for (const path of ["/../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt", "/../site-more/a.txt", "/2/../../secret.txt", "/%00"]) {
    assert.match(await raw(path), /^HTTP\/1.1 404/, path);
  }
});
