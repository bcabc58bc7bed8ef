import { z } from 'zod'

/**
 * For `regex`: text without control characters. A line break in a name would forge a line of a log or a table, and
 * no database keeps NUL and halves of a surrogate pair as they were sent.
 */
export const ONE_LINE = [/^[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}]*$/u, 'Use one line, without control characters'] as const
/** The same for text that may have paragraphs: of the characters that are none, joiners and unknown ones may stay. */
export const PARAGRAPHS = [
  /^[\P{C}\p{Cf}\p{Co}\p{Cn}\t\n\r]*$/u,
  'Use no control characters but tabs and line breaks',
] as const

/** Opaque to callers; time-ordered UUIDs inside. */
export const Id = z.uuid()
export const Time = z.iso.datetime()

export const OrgSlug = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{1,38}$/, 'Use 2 to 39 lower-case letters, digits or hyphens')
/** Topics carry no organisation, so a product key is unique in the whole deployment. */
const PRODUCT_KEY = /^[A-Za-z0-9_-]{4,64}$/
const PRODUCT_KEY_WORDS = 'Use 4 to 64 letters, digits, - or _'
export const ProductKey = z.string().regex(PRODUCT_KEY, PRODUCT_KEY_WORDS)
/** The key of a product that is there: it is chosen and not made up, so an empty one is a choice that is missing. */
export const ChosenProductKey = z
  .string()
  .regex(PRODUCT_KEY, { error: ({ input }) => (input === '' ? 'Choose a product' : PRODUCT_KEY_WORDS) })
export const DeviceKey = z.string().regex(/^[A-Za-z0-9_.-]{4,64}$/, 'Use 4 to 64 letters, digits, - _ or .')
export const FirmwareVersion = z.string().regex(/^[A-Za-z0-9._+-]{1,64}$/, 'Use 1 to 64 letters, digits, . _ - or +')
export const ReportedVersion = z
  .string()
  .min(1)
  .max(64)
  .regex(...ONE_LINE)

const TagKey = z.string().regex(/^[A-Za-z0-9_/-]{1,50}$/, 'Tag keys have 1 to 50 letters, digits, _ - or /')
const TagValue = z
  .string()
  .max(200, 'Tag values have at most 200 characters')
  .refine((value) => value === value.trim(), 'Tag values do not begin or end with a space')
  .regex(...ONE_LINE)
export const Tags = z.record(TagKey, TagValue).refine((tags) => Object.keys(tags).length <= 100, 'At most 100 tags')
export type Tags = z.infer<typeof Tags>

export const OrgParams = z.object({ org: OrgSlug })

/** A free query text: everything in a URL is a string, so an empty one means "not asked". */
export const Search = z
  .string()
  .trim()
  .max(64)
  .regex(...ONE_LINE)
  .optional()

/**
 * Keyset pages. `cursor` is what an earlier answer called `nextCursor` or `prevCursor`, or the word `last`.
 * @param sorts the orders on offer; each has an index behind it
 */
export const pageQuery = <const S extends readonly [string, ...string[]]>(sorts: S) =>
  z.object({
    limit: z.coerce.number().int().min(1).max(200).default(50),
    cursor: z.string().max(512).optional(),
    sort: z.enum(sorts).default(sorts[0] as never),
    order: z.enum(['asc', 'desc']).optional(),
    q: Search,
  })

export const listOf = <T extends z.ZodType>(item: T) =>
  z.object({
    items: z.array(item),
    prevCursor: z.string().nullable(),
    nextCursor: z.string().nullable(),
    /** Null where counting would cost more than it tells. */
    total: z.int().nullable(),
  })

/** A person or a token, as shown beside what they did. */
export const Actor = z.object({ id: z.string(), name: z.string() })
