/** The running example site that the tests read. */

export interface Facts {
  token: string;
  limit: number;
  posts: number;
  post: { id: number; title: string; url_path: string };
}

function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run these tests as README.md says`);
  return value;
}

export const baseUrl = required("MKT_API_URL");
export const facts = JSON.parse(required("MKT_FACTS")) as Facts;

/** What an editor does with a post; of a draft, the token that opens it. */
export async function edit(action: "draft" | "publish" | "unpublish" | "delete", id: number, changes: object = {}): Promise<string> {
  const response = await fetch(new URL(`/editing/${action}/${id}/`, baseUrl), { method: "POST", body: JSON.stringify(changes) });
  if (!response.ok) throw new Error(`${action} answered ${response.status}`);
  return ((await response.json()) as { token?: string }).token ?? "";
}
