import type { z } from 'zod'

import type { Endpoint } from '../endpoint.ts'

type Params<E extends Endpoint> = E['params'] extends z.ZodObject
  ? { params: z.input<E['params']> }
  : { params?: never }
type Query<E extends Endpoint> = E['query'] extends z.ZodObject ? { query?: z.input<E['query']> } : { query?: never }
/** A body that no schema describes is text: a table, or a message of the device protocol. */
type Body<E extends Endpoint> = E['body'] extends z.ZodType
  ? { body: z.input<E['body']> }
  : { body?: E['kind'] extends 'json' ? never : string }
type Answer<E extends Endpoint> = E['reply'] extends z.ZodUndefined
  ? { reply?: E['kind'] extends 'json' ? never : string }
  : { reply: z.output<E['reply']> }

/** One call that works, as OpenAPI shows it. A body or an answer that is bytes is shown by its headers. */
export type Example<E extends Endpoint> = Params<E> &
  Query<E> &
  Body<E> &
  Answer<E> & {
    readonly headers?: Readonly<Record<string, string>>
    readonly replyHeaders?: Readonly<Record<string, string>>
  }

/** What a reader of any example may look at. */
export type AnyExample = Partial<Record<'params' | 'query' | 'body' | 'reply', unknown>> & {
  readonly headers?: Readonly<Record<string, string>>
  readonly replyHeaders?: Readonly<Record<string, string>>
}

/** An example for each operation of a resource: one without is a type error. */
export type ExamplesOf<R> = { readonly [K in keyof R]: R[K] extends Endpoint ? Example<R[K]> : never }

/** A page that holds all there is. */
export const page = <T>(items: T[]) => ({ items, prevCursor: null, nextCursor: null, total: items.length })
