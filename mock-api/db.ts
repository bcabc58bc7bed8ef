import { clock } from './clock.ts'
import { seed } from './seed/seed.ts'
import type { World } from './world.ts'

/** A page load is a new world: the module is imported again and the seed starts over. */
export const db: World = seed(clock.now())

/** Tests that share one module begin with the seed, too. */
export function resetWorld(): void {
  clock.reset()
  Object.assign(db, seed(clock.now()))
}
