// A process of its own that sends a device list, so that the service is measured and not its sender.
export interface Sending {
  address: string
  cookie: string
  keys: number
  /** Of so many lines one is no device key; 0 for none. */
  wrongEvery: number
}

export interface Sent {
  status: number
  title: string | undefined
  /** Wrong lines that were named. */
  named: number
}

/** Lines sent at once. */
const PIECE = 2_000
/** No divisor of any count that is asked for, so that every key comes once and far from its neighbours. */
const STEP = 7_368_787

function file({ keys, wrongEvery }: Sending): ReadableStream<Uint8Array> {
  let at = 0
  const isWrong = (n: number) => wrongEvery > 0 && n % wrongEvery === 0
  const keyOf = (n: number) => `meter-${String((n * STEP) % keys).padStart(9, '0')}`
  const lineOf = (n: number) => (isWrong(n) ? 'no key\n' : `${keyOf(n)},site ${n % 40}\n`)
  return new ReadableStream({
    pull(controller) {
      if (at >= keys) return controller.close()
      const count = Math.min(PIECE, keys - at)
      controller.enqueue(new TextEncoder().encode(Array.from({ length: count }, (_, n) => lineOf(at + n)).join('')))
      at += count
    },
  })
}

process.once('message', async (sending: Sending) => {
  const headers = { 'content-type': 'text/csv', cookie: sending.cookie }
  const request = { method: 'POST', headers, body: file(sending), duplex: 'half' } as RequestInit
  const answer = await fetch(sending.address, request)
  const body = (await answer.json()) as { title?: string; fields?: Record<string, string> }
  const named = Object.keys(body.fields ?? {}).filter((field) => field.startsWith('lines.')).length
  process.send?.({ status: answer.status, title: body.title, named } satisfies Sent)
  process.disconnect()
})
