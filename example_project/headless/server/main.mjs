/**
 * `npm start`: builds the site, serves it, and builds it anew when the site's webhook tells of a change.
 *
 * MKT_API_URL, MKT_WEBHOOK_SECRET and PUBLIC_URL say what README.md explains; HOST and PORT where to listen.
 */
import { createServer } from "node:http";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

import { createClient } from "mkt-api-client";

import { Builds } from "./builds.mjs";
import { sendFile } from "./files.mjs";
import { hook } from "./hook.mjs";

const project = resolve(import.meta.dirname ?? new URL(".", import.meta.url).pathname, "..");
const { HOST = "127.0.0.1", PORT = "4321", MKT_API_URL = "http://127.0.0.1:8000/api/v1/" } = process.env;
const secrets = (process.env.MKT_WEBHOOK_SECRET ?? "").split(/\s+/).filter(Boolean);
const site = new URL(MKT_API_URL).origin;
const api = createClient({ baseUrl: MKT_API_URL, token: process.env.MKT_API_TOKEN ?? "", timeoutMs: 3000 });
const POLICY = [
  "default-src 'none'",
  "style-src 'self'",
  `img-src 'self' ${site}`,
  "form-action 'self'",
  "base-uri 'none'",
  // The editor of the site shows drafts within itself.
  `frame-ancestors 'self' ${site}`,
].join("; ");

const builds = new Builds(project);
await builds.want();
if (builds.current === null) {
  console.error(`The site could not be built: does ${MKT_API_URL} answer?`);
  process.exit(1);
}
const { handler } = await import(pathToFileURL(join(builds.current, "server", "entry.mjs")).href);
const answerHook = secrets.length ? hook(secrets, (event) => {
  console.log(`${event.type}: building`);
  void builds.want();
}) : null;

const server = createServer((request, response) => {
  answer(request, response).catch((error) => {
    console.error(error);
    if (!response.headersSent) response.writeHead(500, { "Content-Type": "text/plain" });
    response.end("Something went wrong.");
  });
});
server.listen(Number(PORT), HOST, () => console.log(`ready: http://${HOST}:${PORT}/`));
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(0));

async function answer(request, response) {
  response.setHeader("Content-Security-Policy", POLICY);
  response.setHeader("X-Content-Type-Options", "nosniff");
  response.setHeader("Referrer-Policy", "strict-origin-when-cross-origin");
  const path = pathOf(request.url);
  if (path === null) return response.writeHead(400).end();
  if (path === "/hooks/mkt") return answerHook ? answerHook(request, response) : response.writeHead(404).end();
  if (request.method !== "GET" && request.method !== "HEAD") return response.writeHead(405, { Allow: "GET, HEAD" }).end();
  const root = join(builds.current, "client");
  if (await sendFile(request, response, root, path)) return;
  if (path === "/preview" || path === "/search") return handler(request, response);
  const target = await redirectOf(path);
  if (target) return response.writeHead(target.is_permanent ? 301 : 302, { Location: target.to }).end();
  if (!(await sendFile(request, response, root, "/404.html", 404))) response.writeHead(404).end();
}

function pathOf(url) {
  try {
    return decodeURIComponent(new URL(url, "http://front.end").pathname);
  } catch {
    return null;
  }
}

/** Where editors have had an old address lead to, as an address of this site. */
async function redirectOf(path) {
  try {
    const found = await api.byPath(path, { fields: ["id"] });
    if (found.kind !== "redirect" || !found.redirect.to) return null;
    const { pathname, search } = new URL(found.redirect.to, site);
    return { ...found.redirect, to: pathname + search };
  } catch {
    // Nothing is there, or the site does not answer: either way there is nothing to lead to.
    return null;
  }
}
