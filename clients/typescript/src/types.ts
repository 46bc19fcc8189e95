import type { operations } from "./schema.js";

/** The API of a site with mkt-core and mkt-blog, such as the example site. */
export type ExampleOperations = operations;

/** Names of the lists of an API: `posts`, `images` and so on. */
export type ListName<Operations> = keyof Operations extends infer Key
  ? Key extends `${infer Name}_list`
    ? Name
    : never
  : never;

/** Names of what has an address for one object. */
export type DetailName<Operations> = keyof Operations extends infer Key
  ? Key extends `${infer Name}_detail`
    ? Name
    : never
  : never;

/** What an operation answers with 200. */
export type AnswerOf<Operations, Name extends string> = Name extends keyof Operations
  ? Operations[Name] extends { responses: { 200: { content: { "application/json": infer Answer } } } }
    ? Answer
    : never
  : never;

/** What an operation takes, in the forms that are handy: arrays or one value, `Date` for moments. */
export type QueryOf<Operations, Name extends string, Left extends string = never> = Name extends keyof Operations
  ? Operations[Name] extends { parameters: { query?: infer Query } }
    ? { [Key in Exclude<keyof NonNullable<Query>, Left>]?: Given<NonNullable<NonNullable<Query>[Key]>> | undefined }
    : object
  : object;

type Given<Value> = Value extends readonly (infer One)[]
  ? readonly One[] | One
  : string extends Value
    ? string | Date
    : Value;

/** An item of a list. */
export type ItemOf<Operations, Name extends string> = AnswerOf<Operations, `${Name}_list`> extends {
  items: readonly (infer Item)[];
}
  ? Item
  : never;

/** Of pages the keys beyond these are there for some types and not for others. */
type CommonKey = "id" | "type" | "title" | "slug" | "url" | "detail_url" | "locale" | "first_published_at" | "last_published_at";

/** A page of whatever type: the keys that all have are there. */
export type Page<Item> = Item & Required<Pick<Item, CommonKey & keyof Item>>;

/**
 * What `fields` leaves of an item: the names it has, never without it. Plain names give exactly those; an expression such as `*`, `-body` or
 * `series(title)`, or no `fields` at all, gives `Otherwise`.
 */
export type Selected<Item, Name, Otherwise> = [Name] extends [never]
  ? Otherwise
  : [Name] extends [keyof Item]
    ? Required<Pick<Item, Name>>
    : Otherwise;

/** The same of pages: what not all types have stays optional. */
export type SelectedPage<Item, Name> = [Name] extends [never]
  ? Page<Item>
  : [Name] extends [keyof Item]
    ? Required<Pick<Item, Name & CommonKey>> & Pick<Item, Exclude<Name, CommonKey>>
    : Item;

/** One page of a list. */
export interface List<Item> {
  readonly items: Item[];
  /** Addresses of the neighbours; null at the ends. */
  readonly next: string | null;
  readonly previous: string | null;
  /** The number of all, if the query asks for it with `count`. */
  readonly count: number | null;
}

/** What stands at a path of the site. */
export type Found<Page> =
  | { readonly kind: "page"; readonly page: Page; readonly redirect: null }
  | { readonly kind: "redirect"; readonly page: null; readonly redirect: { readonly to: string | null; readonly is_permanent: boolean } };

/** A part of a copy that is kept up to date. */
export interface Changes<Page> {
  /** Pages as they are now. The same page may come twice. */
  readonly items: Page[];
  /** Keys of pages that are gone, or may not be seen any more. */
  readonly deleted: number[];
  /** Keep it, after the rest of this part was stored, and give it as `since` the next time. */
  readonly token: string;
  readonly hasMore: boolean;
}
