import { expect, test } from 'vitest'
import { z } from 'zod'

import { endpoints } from '#contract/index.ts'
import { ONE_LINE, PARAGRAPHS } from '#contract/manage/common.ts'

/** Kept as a hash, opaque, or only compared: no database and no page ever gets it. */
const NEVER_KEPT = ['body.password', 'query.cursor', 'query.since', 'query.sessionId', 'params.token']

type Text = [place: string, schema: z.ZodType]

/** Every text in a schema with its place, keys of records included. */
function textsIn(place: string, schema: unknown): Text[] {
  if (schema instanceof z.ZodString) return [[place, schema]]
  if (schema instanceof z.ZodObject)
    return Object.entries(schema.shape).flatMap(([name, part]) => textsIn(`${place}.${name}`, part))
  if (schema instanceof z.ZodArray) return textsIn(`${place}[]`, schema.element)
  if (schema instanceof z.ZodRecord)
    return [...textsIn(`${place} key`, schema.keyType), ...textsIn(`${place} value`, schema.valueType)]
  if (schema instanceof z.ZodUnion) return schema.options.flatMap((option) => textsIn(place, option))
  if (schema instanceof z.ZodPipe) return textsIn(place, schema.in)
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault)
    return textsIn(place, schema.unwrap())
  return []
}

const texts: Text[] = [...endpoints]
  .filter(([name]) => !name.startsWith('deviceHttp.'))
  .flatMap(([name, { params, query, body }]) =>
    Object.entries({ params, query, body })
      .flatMap(([part, schema]) => textsIn(part, schema))
      .filter(([place]) => !NEVER_KEPT.includes(place))
      .map(([place, schema]): Text => [`${name} ${place}`, schema]),
  )

test('no text that is kept, searched or compared may have a control character or half of one', () => {
  expect(texts.length).toBeGreaterThan(100)
  const takes = (schema: z.ZodType) =>
    ['a\0b', '\0', 'a\u0085b', 'a\ud800b', '\udfff'].some((text) => schema.safeParse(text).success)
  expect(texts.filter(([, schema]) => takes(schema)).map(([place]) => place)).toEqual([])
})

test('what is shown on one line is one line, and what has paragraphs keeps them', () => {
  const name = z.string().regex(...ONE_LINE)
  const notes = z.string().regex(...PARAGRAPHS)
  for (const text of ['a\nb', 'a\rb', 'a\tb', 'a\u2028b', 'a\u001bb']) expect(name.safeParse(text).success).toBe(false)
  for (const text of ['', 'Zähler', '电表 固件', 'மின்\u200Dமானி', '👩‍🔧 1.5'])
    expect([name.safeParse(text).success, notes.safeParse(text).success]).toEqual([true, true])
  expect(notes.safeParse('Fixes:\r\n\t- the clock\n').success).toBe(true)
  expect(notes.safeParse('a\u001b[2Jb').success).toBe(false)
  // halves of a pair in the wrong order, and the end of an emoji that was cut
  for (const text of ['\ude00\ud83d', '👩‍🔧'.slice(0, -1), '👩‍🔧'.slice(1)])
    expect([name.safeParse(text).success, notes.safeParse(text).success]).toEqual([false, false])
})
