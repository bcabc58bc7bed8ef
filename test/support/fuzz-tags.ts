import { createHash } from 'node:crypto'

const TAG = /m\d+-[0-9a-f]{12}/g

/** Names a message by its number, so that a changed name is no other message's. */
export const tagOf = (index: number): string =>
  `m${index}-${createHash('sha256').update(String(index)).digest('hex').slice(0, 12)}`

/** Number of the message in which this stood; undefined when it was changed. */
function indexOfTag(tag: string): number | undefined {
  const index = Number(tag.slice(1).split('-')[0])
  return tagOf(index) === tag ? index : undefined
}

/** The whole marks of messages in a text; those that were changed on the way are none. */
export const tagsIn = (text: string): string[] => (text.match(TAG) ?? []).filter((tag) => indexOfTag(tag) !== undefined)

/** Gives each message a mark and remembers for whom it may count. */
export function createMarks() {
  const owners: (string | undefined)[] = []
  return {
    /** @param owner the device for which the message may count; undefined for none */
    next(owner: string | undefined): string {
      owners.push(owner)
      return tagOf(owners.length - 1)
    },
    /** Says for whom a mark may count that was given out without knowing. */
    ownerOf(tag: string): string | undefined {
      const index = indexOfTag(tag)
      return index === undefined ? undefined : owners[index]
    },
  }
}
export type Marks = ReturnType<typeof createMarks>
