/**
 * Codes of a reply, as the vendor's SDKs and pages name them. Clients tell 200 from the rest; the rest is for people.
 */
export const Code = {
  ok: 200,
  unknownTopic: 400,
  authFailed: 401,
  badParameter: 460,
  tooManyRequests: 429,
  internal: 500,
  tooLarge: 1008,
  notPermitted: 1009,
  badJson: 1220,
  emptyPayload: 1251,
} as const

/** A message that was understood, or the code and words with which it is refused. `id` is echoed either way. */
export type Reading<T> = { ok: true; id: string; value: T } | { ok: false; id: string; code: number; message: string }

export const refused = (
  code: number,
  message: string,
  id = '',
): { ok: false; id: string; code: number; message: string } => ({
  ok: false,
  id,
  code,
  message,
})
