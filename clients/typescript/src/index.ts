export { Client, createClient } from "./client.js";
export { MemoryCache, type AnswerCache, type CachedAnswer } from "./cache.js";
export { ApiConnectionError, ApiError, ApiTimeoutError, type ProblemItem } from "./errors.js";
export { parameterOf } from "./query.js";
export type { RequestOptions, TransportOptions as ClientOptions } from "./transport.js";
export type { AnswerOf, Changes, ExampleOperations, Found, ItemOf, List, Page, QueryOf } from "./types.js";
export type { components, operations, paths } from "./schema.js";
