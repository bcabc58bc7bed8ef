import { BEAT_MS, live as api, type LiveEvent } from '#contract/manage/live.ts'
import { raw } from '#mock-api/bind.ts'
import { clock, iso } from '#mock-api/clock.ts'
import { db } from '#mock-api/db.ts'
import { eventFor, listen, since, type Watch } from '#mock-api/live.ts'
import { sentinel } from '#mock-api/sentinel.ts'

const BEATS_BEFORE_CUT = 2

const frame = ({ name, data }: LiveEvent, id?: number): Uint8Array =>
  new TextEncoder().encode(`${id === undefined ? '' : `id: ${id}\n`}event: ${name}\ndata: ${JSON.stringify(data)}\n\n`)

/** Speaks to one watcher until it goes. @param cutsAfter beats after which the stream breaks */
function speak(watch: Watch, lastEventId: string | null, cutsAfter: number): ReadableStream<Uint8Array> {
  let silence = (): void => undefined
  return new ReadableStream({
    start(controller) {
      const tell = (event: LiveEvent | null, id?: number) => event && controller.enqueue(frame(event, id))
      const now = () => ({ at: iso(clock.now()) })
      tell({ name: 'beat', data: now() })
      const missed = lastEventId === null ? null : since(Number(lastEventId))
      if (missed) for (const { id, change } of missed) tell(eventFor(watch, change), id)
      else tell({ name: 'reset', data: now() })

      let beats = 0
      const beat = () => {
        tell({ name: 'beat', data: now() })
        if (++beats < cutsAfter) return
        silence()
        controller.error(new Error('the stream was cut, as its name asked'))
      }
      const stopListening = listen(({ id, change }) => tell(eventFor(watch, change), id))
      const timer = setInterval(beat, BEAT_MS)
      silence = () => {
        stopListening()
        clearInterval(timer)
      }
    },
    cancel: () => silence(),
  })
}

/** A stream that is open and never says a word. */
const silent = (): ReadableStream<Uint8Array> => new ReadableStream()

export const liveHandlers = [
  raw(api.stream, ({ query }, { org }, request) => {
    const watch = { orgId: org.id, job: query.job, jobs: query.jobs === '1', devices: query.devices === '1' }
    const name = db.jobs.find(({ id }) => id === query.job)?.name
    const cutsAfter = name === sentinel.cutStream ? BEATS_BEFORE_CUT : Infinity
    const body =
      name === sentinel.silentStream ? silent() : speak(watch, request.headers.get('last-event-id'), cutsAfter)
    return new Response(body, { headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-store' } })
  }),
]
