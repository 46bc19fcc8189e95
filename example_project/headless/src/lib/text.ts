const FORMAT = new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeZone: "UTC" });

export function day(moment: string | undefined): string {
  return moment ? FORMAT.format(new Date(moment)) : "";
}

/** `Ann`, `Ann and Ben`, `Ann, Ben and Cid`. */
export function listed(names: readonly string[]): string {
  return new Intl.ListFormat("en-GB").format(names);
}
