import { parameterOf, type QueryValue } from "./query.js";
import { Transport, type RequestOptions, type TransportOptions } from "./transport.js";
import type {
  AnswerOf,
  Changes,
  DetailName,
  ExampleOperations,
  Found,
  ItemOf,
  List,
  ListName,
  QueryOf,
  Selected,
  SelectedPage,
} from "./types.js";

type Query = Readonly<Record<string, QueryValue>>;
type PageItem<Operations> = AnswerOf<Operations, "pages_detail">;
type ItemKeys<Item> = (keyof Item & string) | (string & {});
type WithFields<Item, Fields extends ItemKeys<Item>> = { fields?: readonly Fields[] | Fields };

/** Of a list of pages some keys are optional, of every other list all that `fields` names are there. */
type Shown<Operations, Name extends string, Fields> = Name extends "pages" | "search"
  ? SelectedPage<ItemOf<Operations, "pages">, Fields>
  : Selected<ItemOf<Operations, Name>, Fields, ItemOf<Operations, Name>>;
type ShownOne<Operations, Name extends string, Fields> = Name extends "pages"
  ? SelectedPage<PageItem<Operations>, Fields>
  : Selected<AnswerOf<Operations, `${Name}_detail`>, Fields, Required<AnswerOf<Operations, `${Name}_detail`>>>;

/**
 * A client of mkt-api. `Operations` are the `operations` that openapi-typescript makes of a site's `openapi.json`;
 * without them the types are those of a site with mkt-blog.
 *
 * Every method throws what `Transport.json` throws, above all `ApiError`.
 */
export class Client<Operations = ExampleOperations> {
  readonly #transport: Transport;

  constructor(options: TransportOptions) {
    this.#transport = new Transport(options);
  }

  /** One page of a list: `list("posts", { fields: ["title", "url"], tag: "bread", limit: 10 })`. */
  async list<Name extends ListName<Operations>, const Fields extends ItemKeys<ItemOf<Operations, Name>> = never>(
    name: Name,
    query: QueryOf<Operations, `${Name}_list`, "fields"> & WithFields<ItemOf<Operations, Name>, Fields> = {} as never,
    request?: RequestOptions,
  ): Promise<List<Shown<Operations, Name, Fields>>> {
    return (await this.#transport.json(`${pathOf(name)}/`, query as Query, request)) as never;
  }

  /** All items of a list, page after page, by cursor: `for await (const post of client.all("posts"))`. */
  async *all<Name extends ListName<Operations>, const Fields extends ItemKeys<ItemOf<Operations, Name>> = never>(
    name: Name,
    query: QueryOf<Operations, `${Name}_list`, "fields"> & WithFields<ItemOf<Operations, Name>, Fields> = {} as never,
    request?: RequestOptions,
  ): AsyncGenerator<Shown<Operations, Name, Fields>, void, undefined> {
    let asked = query as Query;
    for (;;) {
      const page = (await this.#transport.json(`${pathOf(name)}/`, asked, request)) as List<never>;
      yield* page.items;
      if (page.next === null) return;
      // Only the parameters are taken: behind a proxy the API may not know by which address it was asked.
      asked = Object.fromEntries(new URLSearchParams(page.next.split("?")[1]));
    }
  }

  /** One object by its key. */
  async get<Name extends DetailName<Operations>, const Fields extends ItemKeys<AnswerOf<Operations, `${Name}_detail`>> = never>(
    name: Name,
    id: number | string,
    query: QueryOf<Operations, `${Name}_detail`, "fields"> & WithFields<AnswerOf<Operations, `${Name}_detail`>, Fields> = {} as never,
    request?: RequestOptions,
  ): Promise<ShownOne<Operations, Name, Fields>> {
    return (await this.#transport.json(`${pathOf(name)}/${encodeURIComponent(id)}/`, query as Query, request)) as never;
  }

  /** The page at a path of the site, or where the path leads. Throws an `ApiError` of status 404 if neither is there. */
  async byPath<const Fields extends ItemKeys<PageItem<Operations>> = never>(
    path: string,
    query: QueryOf<Operations, "by_path", "fields" | "path"> & WithFields<PageItem<Operations>, Fields> = {} as never,
    request?: RequestOptions,
  ): Promise<Found<SelectedPage<PageItem<Operations>, Fields>>> {
    return (await this.#transport.json("by-path/", { ...(query as Query), path }, request)) as never;
  }

  /**
   * The draft that a link was made for. `contentType` is the parameter `content_type` that came with the token.
   * Throws an `ApiError` of status 403 if the token is forged, expired or revoked. Never cached.
   */
  async preview<const Fields extends ItemKeys<PageItem<Operations>> = never>(
    token: string,
    { contentType, ...query }: QueryOf<Operations, "preview", "fields" | "token" | "content_type"> &
      WithFields<PageItem<Operations>, Fields> & { contentType?: string | undefined } = {} as never,
    request?: RequestOptions,
  ): Promise<SelectedPage<PageItem<Operations>, Fields>> {
    const asked = { ...(query as Query), token, content_type: contentType };
    return (await this.#transport.json("preview/", asked, request)) as never;
  }

  /** Pages with these words, the best first; takes the filters of `list("pages")`. */
  async search<const Fields extends ItemKeys<ItemOf<Operations, "pages">> = never>(
    words: string,
    query: QueryOf<Operations, "search", "fields" | "q"> & WithFields<ItemOf<Operations, "pages">, Fields> = {} as never,
    request?: RequestOptions,
  ): Promise<List<SelectedPage<ItemOf<Operations, "pages">, Fields>>> {
    return (await this.#transport.json("search/", { ...(query as Query), q: words }, request)) as never;
  }

  /**
   * All pages, or what has changed since a token of an earlier call, in parts.
   *
   * Throws an `ApiError` of the kind `sync-token-expired` (410) if the changes since then are forgotten: begin again
   * without `since`.
   */
  async *sync<const Fields extends ItemKeys<PageItem<Operations>> = never>(
    { since, ...query }: QueryOf<Operations, "sync", "fields" | "since"> &
      WithFields<PageItem<Operations>, Fields> & { since?: string | null | undefined } = {} as never,
    request?: RequestOptions,
  ): AsyncGenerator<Changes<SelectedPage<PageItem<Operations>, Fields>>, void, undefined> {
    let token = since ?? null;
    for (;;) {
      const answer = (await this.#transport.json("sync/", { ...(query as Query), since: token }, request)) as {
        items: never[];
        deleted: number[];
        next: string;
        has_more: boolean;
      };
      token = parameterOf(answer.next, "since");
      if (token === null) throw new TypeError("sync/ has given no token to go on from");
      yield { items: answer.items, deleted: answer.deleted, token, hasMore: answer.has_more };
      if (!answer.has_more) return;
    }
  }

  /** The pages shown in menus, as a tree. */
  async menus(query: QueryOf<Operations, "menus"> = {} as never, request?: RequestOptions): Promise<AnswerOf<Operations, "menus">> {
    return (await this.#transport.json("menus/", query as Query, request)) as never;
  }

  /** The site settings that everybody may read. */
  async settings(query: QueryOf<Operations, "settings"> = {} as never, request?: RequestOptions): Promise<AnswerOf<Operations, "settings">> {
    return (await this.#transport.json("settings/", query as Query, request)) as never;
  }

  /** Whatever else stands below the base address, such as a view of your own. */
  async request<Answer = unknown>(path: string, query: Query = {}, request?: RequestOptions): Promise<Answer> {
    return (await this.#transport.json(path, query, request)) as Answer;
  }
}

/** A client: `createClient({ baseUrl: "https://www.example.com/api/v1/" })`. */
export function createClient<Operations = ExampleOperations>(options: TransportOptions): Client<Operations> {
  return new Client<Operations>(options);
}

/** Where an address has a hyphen, the name of the operation has an underscore. */
function pathOf(name: string): string {
  return name.replaceAll("_", "-");
}
