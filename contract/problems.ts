import type { z } from 'zod'

import type { Problem } from './endpoint.ts'

/** Sentences that more than one operation refuses with, once: server and mock say the same. */
export const problems = {
  signedOut: (): Problem => ({ status: 401, code: 'unauthenticated', title: 'Sign in to go on.' }),
  /** The same for an unknown address and a wrong password, so that nobody can ask who has an account. */
  wrongSignIn: (): Problem => ({
    status: 401,
    code: 'wrong_credentials',
    title: 'The email address or the password is wrong.',
  }),
  throttled: (): Problem => ({
    status: 429,
    code: 'too_many_attempts',
    title: 'Too many attempts to sign in. Wait a few minutes, then try again.',
  }),
  noMetricsToken: (): Problem => ({
    status: 401,
    code: 'unauthenticated',
    title: 'Send the token of METRICS_TOKEN as a bearer. Without one, only this machine itself may read the metrics.',
  }),
  /** @param title the sentence of `missingRight` */
  forbidden: (title: string): Problem => ({ status: 403, code: 'forbidden', title }),
  /** A thing of another organisation is not found either. `thing` begins with a capital: "Device", "Firmware". */
  notFound: (thing: string): Problem => ({
    status: 404,
    code: 'not_found',
    title: `${thing} does not exist.`,
    enosCode: 24404,
  }),
  /** A preview that is forgotten, was ended by another one, or is somebody else's. */
  previewGone: (): Problem => ({
    status: 404,
    code: 'not_found',
    title: 'This preview is not kept any more. Ask for it again.',
    enosCode: 24404,
  }),
  invalid: (fields: Record<string, string>): Problem => ({
    status: 400,
    code: 'invalid_request',
    title: 'The request is not valid.',
    fields,
  }),
  malformedJson: (): Problem => ({ status: 400, code: 'malformed_json', title: 'The request is not valid JSON.' }),
  stale: (): Problem => ({
    status: 409,
    code: 'stale',
    title: 'Someone else changed this in the meantime. Reload to see the newer version, then change it again.',
  }),
  /** A value that must be unique already stands elsewhere. */
  taken: (field: string, title: string, enosCode?: number): Problem => ({
    status: 409,
    code: 'taken',
    title,
    fields: { [field]: title },
    ...(enosCode !== undefined && { enosCode }),
  }),
} as const

/** Field path to message, the first complaint of each. A complaint about the whole stands under its part's name. */
export function fieldsOf(
  issues: readonly Pick<z.core.$ZodIssue, 'path' | 'message'>[],
  part = '',
): Record<string, string> {
  const fields: Record<string, string> = {}
  for (const { path, message } of issues) fields[path.join('.') || part] ??= message
  return fields
}
