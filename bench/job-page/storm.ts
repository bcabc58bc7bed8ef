import { setTimeout as pause } from 'node:timers/promises'

import { openLink, type Link } from '#device/sdk/index.ts'

import { OLD, type Field } from '../../test/support/field.ts'
import { NEW } from '../../test/support/rollout.ts'

const TURN_MS = 10

/** Opens the links of all devices of a field, a hundred at a time, and says which version each runs. */
async function informAll({ devices, mqttUrl }: Field, opened: (link: Link) => void): Promise<Link[]> {
  const links: Link[] = []
  for (let from = 0; from < devices.length; from += 100) {
    const some = devices.slice(from, from + 100).map(async ({ productKey, deviceKey, deviceSecret }) => {
      const link = await openLink({ url: mqttUrl, productKey, deviceKey, secret: deviceSecret })
      opened(link)
      await link.inform(OLD)
      return link
    })
    links.push(...(await Promise.all(some)))
  }
  return links
}

/** Lets the living devices be known: only those that have said a version can be upgraded. */
export async function introduceAll(field: Field): Promise<void> {
  for (const link of await informAll(field, () => undefined)) link.drop()
}

/** The living devices of a field, each pushed to, which is when it may report. */
export async function connectAll(field: Field): Promise<Link[]> {
  const pushes: Promise<void>[] = []
  const links = await informAll(field, (link) => {
    pushes.push(new Promise((resolve) => link.onUpgrade(() => resolve())))
  })
  await Promise.all(pushes)
  return links
}

interface Storm {
  /** Reports that the service has acknowledged. */
  answered: number
  seconds: number
}

/**
 * Lets the devices report so many changes a second, evenly; each report carries the moment of its sending. Now and then
 * one is done, so that counts move and rows leave their tab.
 * @param alive those that still report; who is done is taken out
 */
export async function storm(alive: Link[], perSecond: number, seconds: number): Promise<Storm> {
  const begin = performance.now()
  let sent = 0
  let answered = 0
  const under: Promise<void>[] = []
  for (let elapsed = 0; elapsed < seconds * 1_000; elapsed = performance.now() - begin) {
    for (; sent < (elapsed * perSecond) / 1_000 && alive.length > 0; sent += 1) {
      const link = alive[sent % alive.length]
      if (!link) break
      const isDone = sent % 250 === 249
      if (isDone) alive.splice(sent % alive.length, 1)
      const report = isDone ? link.inform(NEW) : link.progress(1 + (sent % 98), `t${Date.now()}`)
      under.push(report.then(() => void (answered += 1)))
    }
    await pause(TURN_MS)
  }
  await Promise.all(under)
  return { answered, seconds: (performance.now() - begin) / 1_000 }
}
