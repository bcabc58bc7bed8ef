import type { UploadRow } from './world.ts'

/**
 * Unfinished uploads outlive a reload, as at the server: whoever chooses the same file again goes on with them. The
 * browser's own cache holds them; where there is none (tests in Node) a page is never reloaded either.
 */
const open = () => globalThis.caches?.open('mock-uploads')
const address = (id: string) => `/mock/uploads/${id}`

type Facts = Omit<UploadRow, 'chunks'>

export async function keepUpload({ chunks, ...facts }: UploadRow): Promise<void> {
  const headers = { facts: encodeURIComponent(JSON.stringify(facts)) }
  await (await open())?.put(address(facts.id), new Response(new Blob(chunks as BlobPart[]), { headers }))
}

/** What an earlier page load has kept of it. */
export async function keptUpload(id: string): Promise<UploadRow | undefined> {
  const kept = await (await open())?.match(address(id))
  if (!kept) return undefined
  const facts = JSON.parse(decodeURIComponent(kept.headers.get('facts') ?? '')) as Facts
  return { ...facts, chunks: [new Uint8Array(await kept.arrayBuffer())] }
}

export async function forgetUpload(id: string): Promise<void> {
  await (await open())?.delete(address(id))
}
