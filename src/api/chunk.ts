import { createStore } from '#src/lib/store.ts'

/**
 * Why a part of the portal's code is not here: the server does not answer, it has a newer portal, or the browser refuses
 * to ask for it again until the page is loaded anew.
 */
export type Lack = 'noAnswer' | 'updated' | 'refused'

export class MissingChunk extends Error {
  override readonly name = 'MissingChunk'
  readonly lack: Lack
  constructor(lack: Lack) {
    super(`A part of the portal could not be fetched: ${lack}`)
    this.lack = lack
  }
}

/** That the stream broke and does not stand again. */
export const streamBroke = createStore(false)

/** How long the server may take to send the page, ms. */
const ANSWER_MS = 10_000

/** Whether the server answers, and with the portal that this page is of: its page names the same script. */
async function askServer(): Promise<'noAnswer' | 'updated' | 'same'> {
  try {
    const answer = await fetch('/', { cache: 'no-store', signal: AbortSignal.timeout(ANSWER_MS) })
    const page = await answer.text()
    if (!answer.ok) return 'noAnswer'
    const script = document.querySelector('script[type=module][src]')?.getAttribute('src')
    return script && !page.includes(script) ? 'updated' : 'same'
  } catch {
    return 'noAnswer'
  }
}

/** In the words of each browser, and of the bundler for a style sheet. A fault in the code itself is another error. */
const isNotFetched = (error: unknown) =>
  error instanceof Error && /dynamically imported module|module script|preload CSS/i.test(error.message)

/** The bundler asks for each style sheet once: one that did not come is asked for again here. */
async function fetchStyles(): Promise<void> {
  const links = [...document.querySelectorAll<HTMLLinkElement>('head link[rel=stylesheet]')]
  const fetchAgain = (old: HTMLLinkElement) =>
    new Promise<void>((come, fail) => {
      const link = old.cloneNode() as HTMLLinkElement
      link.onload = () => come()
      link.onerror = () => fail(new Error(`Unable to preload CSS for ${link.href}`))
      old.replaceWith(link)
    })
  await Promise.all(links.filter(({ sheet }) => sheet === null).map(fetchAgain))
}

/**
 * Fetches a part of the portal's code. Chromium remembers as long as the page lives that a module could not be fetched:
 * where it is doubtful that the server answers, that is found out first.
 * @param isAgain it could not be had a moment ago
 * @throws MissingChunk when it could not be fetched; whatever the code itself throws
 */
export async function fetchChunk<T>(load: () => Promise<T>, isAgain = false): Promise<T> {
  const isDoubtful = isAgain || !navigator.onLine || streamBroke.get()
  if (isDoubtful && (await askServer()) === 'noAnswer') throw new MissingChunk('noAnswer')
  const fetchAll = async () => {
    if (isAgain) await fetchStyles()
    return load()
  }
  try {
    return await fetchAll()
  } catch (error) {
    if (!isNotFetched(error)) throw error
    const answer = await askServer()
    throw new MissingChunk(answer === 'same' ? 'refused' : answer)
  }
}
