import { createClient } from "mkt-api-client";

import { DiskCache } from "./disk-cache";

/** `http://127.0.0.1:8000/api/v1/`: where the site's API is. */
const baseUrl = process.env.MKT_API_URL ?? "http://127.0.0.1:8000/api/v1/";

/** Builds ask whether what the last one has read is still right: most answers are 304. */
export const api = createClient({
  baseUrl,
  token: process.env.MKT_API_TOKEN ?? "",
  cache: new DiskCache(".cache/api"),
  // Who asks for a picture first waits until the site has made its sizes.
  timeoutMs: 120_000,
});

/** What a page of a post shows. */
const FIELDS = [
  ...(["id", "title", "url", "date", "subtitle", "summary", "reading_minutes", "body"] as const),
  ...(["authors", "categories", "tags", "series", "hero_image", "hero_caption"] as const),
] as const;

async function readPosts() {
  const posts = [];
  for await (const post of api.all("posts", { fields: FIELDS, include: "body", limit: 20 })) posts.push(post);
  return posts;
}

let known: ReturnType<typeof readPosts> | undefined;

/** Read once in a build, so that all pages show the same; at each request in development. */
export function allPosts(): ReturnType<typeof readPosts> {
  if (import.meta.env.DEV) return readPosts();
  return (known ??= readPosts());
}

/** The draft that a link was made for, in the same shape. */
export async function draft(token: string, contentType?: string): Promise<Partial<Post>> {
  return api.preview(token, { contentType, include: "body" });
}

export type Post = Awaited<ReturnType<typeof allPosts>>[number];
export type Picture = NonNullable<Post["hero_image"]>;
export type Blocks = NonNullable<Post["body"]>;

/** The path that a page has on the site, which it keeps here. */
export function pathOf(url: string | null | undefined): string {
  return url ? new URL(url).pathname : "/";
}
