import { clock } from './clock.ts'
import { seed } from './seed/seed.ts'
import type { World } from './world.ts'

/** A page load is a new world: the module is imported again and the seed starts over. */
export const db: World = seed(clock.now())

let isTouched = false

/** Somebody asked the mock for something, so that its world may no longer be the seed. */
export function touchWorld(): void {
  isTouched = true
}

/** Tests that share one module begin with the seed, too. */
export function resetWorld(): void {
  isTouched = false
  clock.reset()
  Object.assign(db, seed(clock.now()))
}

/** The same, where nothing has happened since the last time: making 5,000 devices for nobody takes a while. */
export const resetTouchedWorld = (): void => {
  if (isTouched) resetWorld()
}
