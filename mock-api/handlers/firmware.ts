import { firmware as api, type FirmwareCreate } from '#contract/manage/firmware.ts'
import { problems } from '#contract/problems.ts'
import { canDeleteFirmware } from '#domain/can.ts'
import { keptOf } from '#domain/changes.ts'
import { TAKEN } from '#domain/firmware-names.ts'
import { mock, raw } from '#mock-api/bind.ts'
import { clock, iso } from '#mock-api/clock.ts'
import { db } from '#mock-api/db.ts'
import { find } from '#mock-api/find.ts'
import { judgeUpload } from '#mock-api/judge.ts'
import { record, type Entry } from '#mock-api/log.ts'
import { pageOf, startsWith } from '#mock-api/page.ts'
import { insist, MockProblem } from '#mock-api/problem.ts'
import { firmwareView, stateOfFirmware } from '#mock-api/views.ts'
import type { FirmwareRow, UserRow } from '#mock-api/world.ts'

/** A deleted version stays reserved, so deleted rows count. */
function insistUnique(
  orgId: string,
  { productKey, name, version }: Pick<FirmwareCreate, 'productKey' | 'name' | 'version'>,
): void {
  const ofProduct = db.firmware.filter((row) => row.orgId === orgId && row.productKey === productKey)
  if (ofProduct.some((row) => row.version === version)) {
    throw new MockProblem(problems.taken('version', TAKEN.version(version), 24601))
  }
  if (ofProduct.some((row) => row.name === name)) {
    throw new MockProblem(problems.taken('name', TAKEN.name(name), 24602))
  }
}

type Sides = Pick<Entry, 'before' | 'after'>

const log = ({ id, orgId, name, version }: FirmwareRow, actor: UserRow, verb: string, did: string, sides: Sides = {}) =>
  record({
    ...sides,
    orgId,
    actor,
    object: {
      kind: 'firmware',
      id,
    },
    action: `firmware.${verb}`,
    summary: `Firmware ${name} ${version} ${did}.`,
  })

async function make({ uploadId, ...body }: FirmwareCreate, orgId: string, caller: UserRow): Promise<FirmwareRow> {
  find.product(orgId, body.productKey)
  insistUnique(orgId, body)
  const { fileName, bytes } = await judgeUpload(orgId, uploadId, body)
  const row: FirmwareRow = {
    ...body,
    id: crypto.randomUUID(),
    orgId,
    fileName,
    sizeBytes: bytes.length,
    createdBy: { id: caller.id, name: caller.name },
    createdAt: iso(clock.now()),
    revision: 1,
    deleted: false,
  }
  db.firmware.push(row)
  db.files.set(row.id, () => bytes)
  log(row, caller, 'created', 'uploaded', { after: keptOf('firmware', row) })
  return row
}

/** Plain for old readers, exact for the others (RFC 6266). */
const dispositionOf = (fileName: string): string =>
  `attachment; filename="${fileName.replaceAll(/[^\w.-]/g, '_')}"; filename*=UTF-8''${encodeURIComponent(fileName)}`

export const firmwareHandlers = [
  mock(api.list, ({ query }, { org }) => {
    const rows = db.firmware.filter(
      (row) =>
        row.orgId === org.id &&
        !row.deleted &&
        startsWith(row.name, query.q) &&
        (query.product === undefined || row.productKey === query.product) &&
        (query.sha256 === undefined || row.sha256 === query.sha256) &&
        (query.state === undefined || stateOfFirmware(row) === query.state),
    )
    const byTime = query.sort === 'createdAt'
    const page = pageOf(
      rows,
      query,
      ({ createdAt, name, id }) => `${byTime ? createdAt : name}\n${id}`,
      byTime ? 'desc' : 'asc',
    )
    return { ...page, items: page.items.map(firmwareView) }
  }),

  mock(api.create, async ({ body }, { org, caller }) => firmwareView(await make(body, org.id, caller))),

  mock(api.view, ({ params }, { org }) => firmwareView(find.firmware(org.id, params.firmwareId))),

  mock(api.update, ({ params, body: { revision, ...changes } }, { org, caller }) => {
    const row = find.firmware(org.id, params.firmwareId)
    if (row.revision !== revision) throw new MockProblem(problems.stale())
    const before = keptOf('firmware', row)
    Object.assign(row, changes, { revision: revision + 1 })
    log(row, caller, 'updated', 'edited', { before, after: keptOf('firmware', row) })
    return firmwareView(row)
  }),

  mock(api.delete, ({ params }, { org, caller }) => {
    const row = find.firmware(org.id, params.firmwareId)
    const unfinished = db.jobs.filter(({ firmwareId, state }) => firmwareId === row.id && state !== 'completed')
    insist(canDeleteFirmware(unfinished.length))
    row.deleted = true
    db.files.delete(row.id)
    log(row, caller, 'deleted', 'deleted', { before: keptOf('firmware', row) })
  }),

  raw(api.file, ({ params }, { org }) => {
    const row = find.firmware(org.id, params.firmwareId)
    const bytes = db.files.get(row.id)?.()
    if (!bytes) throw new MockProblem(problems.notFound('Firmware file'))
    return new Response(new Blob([new Uint8Array(bytes)]), {
      headers: {
        'content-type': 'application/octet-stream',
        'content-length': String(bytes.length),
        'content-disposition': dispositionOf(row.fileName),
        etag: `"${row.sha256}"`,
      },
    })
  }),
]
