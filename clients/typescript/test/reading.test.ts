/** What the running site is asked, and what it answers. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { ApiError, createClient, parameterOf } from "mkt-api-client";

import { baseUrl, facts } from "./site.js";

const api = createClient({ baseUrl });

test("a list has the fields that were asked for, and no others", async () => {
  const posts = await api.list("posts", { fields: ["title", "date"], limit: 3, order: "-date", count: "exact" });

  assert.equal(posts.items.length, 3);
  assert.equal(posts.count, facts.posts);
  for (const post of posts.items) {
    assert.deepEqual(Object.keys(post).sort(), ["date", "title"]);
    // Both are there, and the compiler knows it.
    const words: string[] = post.title.split(" ");
    assert.ok(words.length > 0 && new Date(post.date) < new Date());
    // @ts-expect-error it was not asked for
    assert.equal(post.slug, undefined);
  }
});

test("filters are typed, and moments may be dates", async () => {
  const newest = (await api.list("posts", { fields: ["id", "date"], limit: 1 })).items[0];
  assert.ok(newest);

  const since = await api.list("posts", { fields: ["id"], date__gte: new Date(newest.date) });
  const none = await api.list("posts", { date__gt: new Date("2999-01-01"), featured: true });
  const chosen = await api.list("pages", { type: ["mkt_blog_pages.PostPage"], id__in: [newest.id], fields: "id" });

  assert.deepEqual(since.items.map((post) => post.id), [newest.id]);
  assert.deepEqual(none.items, []);
  assert.deepEqual(chosen.items, [{ id: newest.id }]);
  // @ts-expect-error there is no such filter; the API says the same
  await assert.rejects(api.list("posts", { date_gte: "2026-01-01" }), ApiError);
});

test("all pages of a list come one after the other", async () => {
  const ids: number[] = [];

  for await (const post of api.all("posts", { fields: ["id"], limit: 7 })) ids.push(post.id);

  assert.equal(ids.length, facts.posts);
  assert.equal(new Set(ids).size, facts.posts);
});

test("the cursor of a neighbour leads there", async () => {
  const query = { fields: ["id"], limit: 2 } as const;
  const first = await api.list("posts", query);

  const second = await api.list("posts", { ...query, cursor: parameterOf(first.next, "cursor") ?? "" });
  const back = await api.list("posts", { ...query, cursor: parameterOf(second.previous, "cursor") ?? "" });

  assert.notDeepEqual(second.items, first.items);
  assert.deepEqual(back.items, first.items);
});

test("one object has everything, blocks by type", async () => {
  const post = await api.get("posts", facts.post.id, { richtext: "html" });

  assert.equal(post.title, facts.post.title);
  assert.ok(post.hero_image?.renditions?.["card"]?.srcset?.includes(".webp 288w"));
  const paragraphs = post.body.flatMap((block) => (block.type === "paragraph" ? [block.value] : []));
  assert.ok(paragraphs.some((html) => typeof html === "string" && html.includes("<p")));
});

test("related objects are included", async () => {
  const page = await api.get("pages", facts.post.id, { fields: ["title", "authors"], include: "authors.photo" });

  const photo: unknown = page.authors?.[0]?.photo;
  assert.ok(photo && typeof photo === "object" && "renditions" in photo);
});

test("a path is a page, a redirect or nothing", async () => {
  const page = await api.byPath(facts.post.url_path, { fields: ["id", "title"] });
  const moved = await api.byPath("/old-news/");

  assert.ok(page.kind === "page");
  assert.deepEqual(page.page, { id: facts.post.id, title: facts.post.title });
  assert.ok(moved.kind === "redirect");
  assert.ok(moved.redirect.to?.endsWith(facts.post.url_path));
  assert.equal(moved.redirect.is_permanent, true);
  await assert.rejects(api.byPath("/nowhere/"), { name: "ApiError", status: 404, kind: "not-found" });
});

test("words are found", async () => {
  const found = await api.search(facts.post.title, { fields: ["id", "title"], type: ["mkt_blog_pages.PostPage"] });

  assert.ok(found.items.some((page) => page.id === facts.post.id));
  assert.deepEqual((await api.search("zzzznothing")).items, []);
});

test("menus are a tree, and whatever else there is can be asked", async () => {
  const menus = await api.menus({ depth: 2 });
  const index = await api.request<object>("");

  assert.ok(menus);
  assert.ok(Object.keys(index).length > 0);
});

test("what is wrong is told for each parameter", async () => {
  const error = await api.list("posts", { limit: 100_000, order: "price" as "date" }).then(
    () => assert.fail("It was answered"),
    (reason: unknown) => reason,
  );

  assert.ok(error instanceof ApiError);
  assert.equal(error.status, 400);
  assert.equal(error.type, "urn:problem-type:mkt-api:invalid-parameter");
  assert.deepEqual(error.errors.map((item) => item.parameter).sort(), ["limit", "order"]);
  assert.match(error.message, /limit: /);
});

test("a token that does not work is told", async () => {
  const stranger = createClient({ baseUrl, token: () => "mkt_nonsense" });

  await assert.rejects(stranger.list("posts"), { status: 401, kind: "invalid-token" });
});
