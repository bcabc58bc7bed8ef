import { PassThrough, Readable } from 'node:stream'

import type { FastifyInstance, FastifyRequest } from 'fastify'

import { live as api, watchedIn } from '#contract/manage/live.ts'
import { serveRaw } from '#server/http/serve.ts'
import type { Clock, LiveHub, LiveSubscriber } from '#server/ports.ts'

/** A browser that does not read is let go when so much waits for it; it comes back and resumes. */
const MAX_WAITING_BYTES = 1024 * 1024
/** How soon after its session's end a stream ends at the latest, and how long it may take to be read to its end. */
const CHECK_MS = 30_000

/** A stream that is open. */
interface Open {
  turn: number
  /** Ends it as an answer does. */
  end(): void
}
type Event = Parameters<LiveSubscriber['send']>[0]

const frame = ({ name, data }: Event, id: string): string =>
  `id: ${id}\nevent: ${name}\ndata: ${JSON.stringify(data)}\n\n`

/** The stream of events of an organisation, one for each browser. */
export function liveRoutes(app: FastifyInstance, { hub, clock }: { hub: LiveHub; clock: Clock }): void {
  const open = new Set<Open>()
  /** By user and the name that their browser gave it. */
  const named = new Map<string, Open>()
  app.addHook('preClose', () => {
    for (const { end } of open) end()
  })

  /** Of two streams of a name the one that was asked for last stays, in whichever order they arrive. */
  const keepLatest = (name: string, next: Open) => {
    const other = named.get(name)
    if (other && other.turn > next.turn) return next.end()
    other?.end()
    named.set(name, next)
  }

  serveRaw(app, api.stream, async ({ query }, { org, user }, { request, response }) => {
    response
      .header('content-type', 'text/event-stream')
      .header('cache-control', 'no-store')
      // nginx would gather the events
      .header('x-accel-buffering', 'no')
    // the framework drops what a HEAD would carry, and would never end it
    if (request.method === 'HEAD') return response.send(Readable.from([]))
    const stream = new PassThrough()
    const { jobs, devices, since, turn } = query
    const filter = { orgId: org.id, watched: watchedIn(query.job), jobs: jobs === '1', devices: devices === '1' }
    const leave = hub.subscribe(filter, lastEventId(request) ?? since, {
      send(event, id) {
        // what was being read while it ended: a word after the end would tear it off, and the browser report a failure
        if (!stream.writable) return
        stream.write(frame(event, id))
        // an answer that waits for another on its connection is not told that the connection broke
        const isLost = request.socket.destroyed
        if (isLost || stream.writableLength + stream.readableLength > MAX_WAITING_BYTES) stream.destroy()
      },
    })
    let stopChecking = checkNowAndThen(clock, async () => {
      await app.guard.readmit(api.stream.action, request).catch(end)
    })
    function end() {
      if (!stream.writable) return
      leave()
      stream.end()
      stopChecking()
      // whoever does not read the end either
      stopChecking = clock.at(clock.now() + CHECK_MS, () => stream.destroy())
    }
    const self = { turn, end }
    open.add(self)
    const name = query.stream && `${user.id} ${query.stream}`
    if (name) keepLatest(name, self)
    stream.once('close', () => {
      open.delete(self)
      if (name && named.get(name) === self) named.delete(name)
      leave()
      stopChecking()
    })
    return response.send(stream)
  })
}

function lastEventId({ headers }: FastifyRequest): string | undefined {
  const given = headers['last-event-id']
  return typeof given === 'string' && given !== '' ? given : undefined
}

/** Asks again whether the caller is still admitted: a session that ends takes its streams along. */
function checkNowAndThen(clock: Clock, check: () => Promise<void>): () => void {
  let cancel = () => {}
  const arm = () => {
    cancel = clock.at(clock.now() + CHECK_MS, () => {
      void check()
      arm()
    })
  }
  arm()
  return () => cancel()
}
