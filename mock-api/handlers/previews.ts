import { previews as api, type PreviewAnswer } from '#contract/manage/previews.ts'
import { problems } from '#contract/problems.ts'
import { mock } from '#mock-api/bind.ts'
import { db } from '#mock-api/db.ts'
import { find } from '#mock-api/find.ts'
import { previewOf, toLookAt } from '#mock-api/preview.ts'
import { MockProblem } from '#mock-api/problem.ts'
import type { PreviewRow } from '#mock-api/world.ts'

/** Where more devices are looked at a handle is answered: few enough that the largest fleets of the seed show it. */
export const PREVIEW_AT_ONCE = 1_000
/** A count is done when it was asked for so many times. */
const ASKS = 4

/** How far it is, which depends on nothing but how often it was asked for. */
function answerOf({ handle, orgId, order, devices, asks }: PreviewRow): PreviewAnswer {
  if (asks >= ASKS) return previewOf(find.anyFirmware(orgId, order.firmwareId), order)
  return { handle, devices, seen: Math.floor((devices * asks) / ASKS) }
}

export const previewHandlers = [
  mock(api.preview, ({ body: order }, { org, caller }) => {
    const firmware = find.anyFirmware(org.id, order.firmwareId)
    const devices = toLookAt(firmware, order.scope)
    // another question is asked, so that nobody waits for the answer to the former
    db.previews.delete(caller.id)
    if (devices <= PREVIEW_AT_ONCE) return previewOf(firmware, order)
    const row = { handle: crypto.randomUUID(), orgId: org.id, order, devices, asks: 0 }
    db.previews.set(caller.id, row)
    return answerOf(row)
  }),

  mock(api.previewed, ({ params }, { org, caller }) => {
    const row = db.previews.get(caller.id)
    if (row?.handle !== params.handle || row.orgId !== org.id) throw new MockProblem(problems.previewGone())
    row.asks += 1
    return answerOf(row)
  }),
]
