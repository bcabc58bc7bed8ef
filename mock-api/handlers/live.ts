import { BEAT_MS, live as api, watchedIn, type LiveEvent } from '#contract/manage/live.ts'
import { raw } from '#mock-api/bind.ts'
import { clock, iso } from '#mock-api/clock.ts'
import { db } from '#mock-api/db.ts'
import { eventFor, latestId, listen, since, type Watch } from '#mock-api/live.ts'
import { sentinel } from '#mock-api/sentinel.ts'

const BEATS_BEFORE_CUT = 2

const frame = ({ name, data }: LiveEvent, id: number): Uint8Array =>
  new TextEncoder().encode(`id: ${id}\nevent: ${name}\ndata: ${JSON.stringify(data)}\n\n`)

interface Terms {
  lastEventId: string | null
  /** Beats after which the stream breaks. */
  cutsAfter: number
  name: string | undefined
  turn: number
}

/** The stream of each name that was asked for last. */
const named = new Map<string, { turn: number; end: () => void }>()

/** Speaks to one watcher until it goes, or comes again under the same name. */
function speak(watch: Watch, { lastEventId, cutsAfter, name, turn }: Terms): ReadableStream<Uint8Array> {
  let silence = (): void => undefined
  return new ReadableStream({
    start(controller) {
      const tell = (event: LiveEvent | null, id: number) => event && controller.enqueue(frame(event, id))
      const now = () => ({ at: iso(clock.now()) })
      const missed = lastEventId === null ? null : since(Number(lastEventId))
      if (!missed) tell({ name: 'reset', data: now() }, latestId())
      tell({ name: 'beat', data: now() }, missed ? Number(lastEventId) : latestId())
      for (const { id, change } of missed ?? []) tell(eventFor(watch, change), id)

      let beats = 0
      const beat = () => {
        tell({ name: 'beat', data: now() }, latestId())
        if (++beats < cutsAfter) return
        silence()
        controller.error(new Error('the stream was cut, as its name asked'))
      }
      let isOver = false
      const stopListening = listen(({ id, change }) => tell(eventFor(watch, change), id))
      const timer = setInterval(beat, BEAT_MS)
      silence = () => {
        isOver = true
        stopListening()
        clearInterval(timer)
      }
      if (name === undefined) return
      const end = () => {
        if (isOver) return
        silence()
        controller.close()
      }
      const other = named.get(name)
      if (other && other.turn > turn) return end()
      other?.end()
      named.set(name, { turn, end })
    },
    cancel: () => silence(),
  })
}

/** A stream that is open and never says a word. */
const silent = (): ReadableStream<Uint8Array> => new ReadableStream()

export const liveHandlers = [
  raw(api.stream, ({ query }, { org, caller }, request) => {
    const watched = watchedIn(query.job)
    const watch = { orgId: org.id, watched, jobs: query.jobs === '1', devices: query.devices === '1' }
    const names = db.jobs.filter(({ id }) => watched.includes(id)).map(({ name }) => name)
    const cutsAfter = names.includes(sentinel.cutStream) ? BEATS_BEFORE_CUT : Infinity
    const lastEventId = request.headers.get('last-event-id') ?? query.since ?? null
    const body = names.includes(sentinel.silentStream)
      ? silent()
      : speak(watch, { lastEventId, cutsAfter, name: query.stream && `${caller.id} ${query.stream}`, turn: query.turn })
    return new Response(body, { headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-store' } })
  }),
]
