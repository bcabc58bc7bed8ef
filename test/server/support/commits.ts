import type { EngineStore } from '#server/ports-engine.ts'

export type Commits = ReturnType<typeof watchCommits>

/** Stands behind every commit of an engine: a test acts there, or lets the process die. */
export function watchCommits() {
  let between: () => Promise<unknown> = async () => {}
  let isDead = false
  const each = (act: () => Promise<unknown>): void => {
    between = act
  }
  return {
    watched: (store: EngineStore): EngineStore => ({
      ...store,
      async transact(work) {
        if (isDead) throw new Error('The process died.')
        const result = await store.transact(work)
        const follow = between
        // what is committed there is not followed itself
        between = async () => {}
        await follow()
        between = follow
        return result
      },
    }),
    /** Does it after each commit of the engine. */
    each,
    /** Does it once, after so many commits. */
    after(commits: number, act: () => Promise<unknown> | void): void {
      let left = commits
      each(async () => {
        left -= 1
        if (left === 0) await act()
      })
    },
    /** From then on nothing can be written: the process is as good as dead. */
    die: (): void => {
      isDead = true
    },
    live: (): void => {
      isDead = false
    },
  }
}
