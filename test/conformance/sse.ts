const LONGEST_MS = 5_000

/** What a stream says until it has said `until`; the rest is not waited for. */
export async function readUntil(response: Response, until: string): Promise<string> {
  const reader = response.body?.getReader()
  if (!reader) throw new Error('The stream has no body')
  const text = new TextDecoder()
  let said = ''
  const tooLong = setTimeout(() => void reader.cancel(), LONGEST_MS)
  while (!said.includes(until)) {
    const { done, value } = await reader.read()
    if (done) break
    said += text.decode(value, { stream: true })
  }
  clearTimeout(tooLong)
  await reader.cancel()
  return said
}
