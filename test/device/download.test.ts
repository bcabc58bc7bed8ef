import { createHash, randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { download, type DownloadOptions } from '#device/sdk/index.ts'
import { cutAfter, serveRange, startFileServer } from '../support/file-server.ts'

const body = randomBytes(1_000_003)
let folder: string
let files: Awaited<ReturnType<typeof startFileServer>>
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'download-'))
  files = await startFileServer(body)
})
afterEach(async () => {
  await files.stop()
  await rm(folder, { recursive: true })
})

const path = () => join(folder, 'fw.bin')
const get = (changes: Partial<DownloadOptions> = {}) =>
  download({ firmware: files.firmware, path: path(), pauseMs: 1, ...changes })

describe('a download', () => {
  test('is byte for byte the file', async () => {
    const seen: number[] = []
    await get({ onBytes: (received) => seen.push(received) })
    expect((await readFile(path())).equals(body)).toBe(true)
    expect(seen.at(-1)).toBe(body.length)
    expect(existsSync(`${path()}.part`)).toBe(false)
  })

  test('that is cut goes on where it ended', async () => {
    let cuts = 2
    files.state.serve = (...args) => (cuts-- > 0 ? cutAfter(300_000) : serveRange)(...args)
    await get()
    expect((await readFile(path())).equals(body)).toBe(true)
    expect(files.requests.map(({ headers }) => headers.range !== undefined)).toEqual([false, true, true])
  })

  test('that an earlier call left unfinished is resumed', async () => {
    await writeFile(`${path()}.part`, body.subarray(0, 600_000))
    await get()
    expect(files.requests[0]?.headers.range).toBe('bytes=600000-')
    expect((await readFile(path())).equals(body)).toBe(true)
  })

  test('begins anew where the service knows no ranges', async () => {
    await writeFile(`${path()}.part`, body.subarray(0, 600_000))
    files.state.serve = (_request, response) => response.writeHead(200).end(body)
    await get()
    expect((await readFile(path())).equals(body)).toBe(true)
  })

  test.each([
    ['of another file', randomBytes(500)],
    ['longer than the file', randomBytes(body.length + 5)],
  ])('begins anew where the rest is %s', async (_name, rest) => {
    await writeFile(`${path()}.part`, rest)
    await get()
    expect((await readFile(path())).equals(body)).toBe(true)
  })

  test('accepts an MD5 digest', async () => {
    await get({
      firmware: { ...files.firmware, signMethod: 'md5', sign: createHash('md5').update(body).digest('hex') },
    })
    expect((await readFile(path())).equals(body)).toBe(true)
  })
})

describe('a download fails', () => {
  const stepOf = (changes: Partial<DownloadOptions> = {}) =>
    get({ attempts: 3, ...changes }).then(
      () => 'done',
      (error: { step: number }) => error.step,
    )

  test('by verification when the digest is another, and leaves nothing', async () => {
    expect(await stepOf({ firmware: { ...files.firmware, sign: '0'.repeat(64) } })).toBe(-3)
    expect(existsSync(path())).toBe(false)
    expect(existsSync(`${path()}.part`)).toBe(false)
  })

  test.each([
    ['is refused, at once', 403, 1],
    ['is gone, at once', 410, 1],
    ['fails, after its tries', 500, 3],
    ['is busy, after its tries', 429, 3],
  ])('by download when the file %s', async (_name, status, tries) => {
    files.state.serve = (_request, response) => response.writeHead(status).end('no')
    expect(await stepOf()).toBe(-2)
    expect(files.requests).toHaveLength(tries)
  })

  test('by download when the file is shorter than announced', async () => {
    expect(await stepOf({ firmware: { ...files.firmware, fileSize: body.length + 1 } })).toBe(-2)
  })

  test('by download when the file is longer than announced', async () => {
    expect(await stepOf({ firmware: { ...files.firmware, fileSize: body.length - 1 } })).toBe(-2)
  })

  test('by download when it stands still', async () => {
    files.state.serve = (_request, response) => void response.writeHead(200).write('x')
    expect(await stepOf({ idleTimeoutMs: 50, attempts: 1 })).toBe(-2)
  })

  test('by download when nobody is there', async () => {
    expect(await stepOf({ firmware: { ...files.firmware, fileUrl: 'http://127.0.0.1:1/x' }, attempts: 1 })).toBe(-2)
  })

  test('by writing when the disk cannot take it', async () => {
    expect(await stepOf({ path: join(folder, 'no such folder', 'fw.bin') })).toBe(-4)
  })
})
