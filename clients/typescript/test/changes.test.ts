/** Drafts, changes and limits of the running site. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { ApiError, createClient, MemoryCache } from "mkt-api-client";

import { baseUrl, edit, facts } from "./site.js";

const api = createClient({ baseUrl });

async function lastPost(): Promise<number> {
  const [post] = (await api.list("posts", { fields: ["id"], order: "date", limit: 1 })).items;
  assert.ok(post);
  return post.id;
}

test("a token shows the draft, the public address does not", async () => {
  const token = await edit("draft", facts.post.id, { title: "Not for everybody yet" });

  const draft = await api.preview(token, { fields: ["id", "title"], contentType: "mkt_blog_pages.PostPage" });
  const page = await api.get("posts", facts.post.id);

  assert.deepEqual(draft, { id: facts.post.id, title: "Not for everybody yet" });
  assert.equal(page.title, facts.post.title);
  await assert.rejects(api.preview(`${token}x`), { status: 403, kind: "invalid-preview-token" });
  await edit("publish", facts.post.id, { title: facts.post.title });
});

test("a copy is made, and kept up to date", async () => {
  const copy = new Map<number, string>();
  let token: string | null = null;
  let parts = 0;
  const update = async (): Promise<void> => {
    for await (const changes of api.sync({ since: token, fields: ["id", "title"], limit: 10 })) {
      for (const page of changes.items) copy.set(page.id, page.title);
      for (const id of changes.deleted) copy.delete(id);
      token = changes.token;
      parts += 1;
    }
  };
  await update();
  assert.ok(copy.size > facts.posts && parts > 1);
  const id = await lastPost();
  const title = copy.get(id);

  await edit("publish", id, { title: "Another title" });
  await update();
  assert.equal(copy.get(id), "Another title");
  await edit("unpublish", id);
  await update();
  assert.equal(copy.has(id), false);
  await edit("publish", id, { title });
  await update();
  assert.equal(copy.get(id), title);
});

test("a copy cannot go on from a token that nobody gave", async () => {
  await assert.rejects(
    async () => {
      for await (const _ of api.sync({ since: "nonsense" }));
    },
    (error) => error instanceof ApiError && error.status === 400 && error.errors[0]?.parameter === "since",
  );
});

test("what has not changed is not sent again, what has is", async () => {
  const statuses: number[] = [];
  const cache = new MemoryCache();
  const cached = createClient({
    baseUrl,
    cache,
    fetch: async (...request) => {
      const response = await fetch(...request);
      statuses.push(response.status);
      return response;
    },
  });
  const id = await lastPost();
  const query = { fields: ["id", "title"] } as const;
  const first = await cached.get("posts", id, query);
  const { title } = first;
  // What a caller does with an answer is no matter of the cache.
  first.title = "Scribbled";

  assert.equal((await cached.get("posts", id, query)).title, title);
  await edit("publish", id, { title: "Changed meanwhile" });
  assert.equal((await cached.get("posts", id, query)).title, "Changed meanwhile");
  await edit("publish", id, { title });

  assert.deepEqual(statuses, [200, 304, 200]);
  assert.equal(cache.size, 1);
});

test("a limit is waited for, but not longer than allowed", async () => {
  const waiting = createClient({ baseUrl, token: facts.token, retries: 3 });
  const hasty = createClient({ baseUrl, token: facts.token, maxRetryAfterMs: 10 });
  // A list of a hundred counts as five requests.
  const spend = async (): Promise<unknown> => {
    for (let spent = 0; spent <= facts.limit; spent += 5) await hasty.list("tags", { limit: 100, fields: ["name"] });
    return "no limit";
  };

  const refused = await spend().catch((error: unknown) => error);
  const started = performance.now();
  const posts = await waiting.list("posts", { limit: 1, fields: ["id"] });

  assert.ok(refused instanceof ApiError);
  assert.equal(refused.kind, "rate-limited");
  assert.ok(refused.retryAfterSeconds && refused.retryAfterSeconds > 0);
  assert.equal(posts.items.length, 1);
  assert.ok(performance.now() - started > 1000);
});
