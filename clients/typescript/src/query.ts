/** What a parameter may be. Arrays are joined by commas; what is undefined or null is left out. */
export type QueryValue = string | number | boolean | Date | null | undefined | readonly (string | number)[];

/** Parameters as the API reads them. */
export function queryString(query: Readonly<Record<string, QueryValue>>): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined || value === null) continue;
    parameters.set(name, textOf(value));
  }
  return parameters.toString();
}

function textOf(value: Exclude<QueryValue, null | undefined>): string {
  if (value instanceof Date) return value.toISOString();
  return Array.isArray(value) ? value.join(",") : String(value);
}

/** One parameter of an address that the API gave, such as `cursor` of `next`; null without one. */
export function parameterOf(url: string | null, name: string): string | null {
  const query = url?.split("#", 1)[0]?.split("?")[1];
  return query === undefined ? null : new URLSearchParams(query).get(name);
}
