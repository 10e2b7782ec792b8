import type { JSONColumnType } from 'kysely';

/** Written with JSON.stringify, read as the parsed object. */
export type Json<T extends object> = JSONColumnType<T>;
