import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { extname, join, normalize, sep } from "node:path";
import { pipeline } from "node:stream/promises";

const TYPES = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
};

/** Send the file at a path of a built site; false if there is none. */
export async function sendFile(request, response, root, path, status = 200) {
  const found = await find(root, path);
  if (!found) return false;
  const etag = `"${found.size.toString(36)}-${Math.round(found.mtimeMs).toString(36)}"`;
  response.setHeader("ETag", etag);
  // Names below /_astro/ change with what is in the file.
  const isLasting = path.startsWith("/_astro/");
  response.setHeader("Cache-Control", isLasting ? "public, max-age=31536000, immutable" : "public, max-age=0, must-revalidate");
  if (status === 200 && request.headers["if-none-match"] === etag) {
    response.writeHead(304).end();
    return true;
  }
  const type = TYPES[extname(found.path)] ?? "application/octet-stream";
  response.writeHead(status, { "Content-Type": type, "Content-Length": found.size });
  if (request.method === "HEAD") response.end();
  else await pipeline(createReadStream(found.path), response).catch(() => response.destroy());
  return true;
}

async function find(root, path) {
  const inner = normalize(join(root, path));
  if (inner !== root && !inner.startsWith(root + sep)) return null;
  for (const candidate of path.endsWith("/") ? [join(inner, "index.html")] : [inner, join(inner, "index.html")]) {
    const info = await stat(candidate).catch(() => null);
    if (info?.isFile()) return { path: candidate, size: info.size, mtimeMs: info.mtimeMs };
  }
  return null;
}
