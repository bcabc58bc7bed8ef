/**
 * Why something may not be done, in the words that the portal's disabled control and the server's 409 share.
 * `enosCode` is the number that EnOS gives the same refusal.
 */
export interface Refusal {
  code: string
  title: string
  enosCode?: number
}

/** True, or the reason why not. */
export type Allowed = true | Refusal
