/** How many jobs and tasks there are in each state, over all organisations. */
export type WorkReader = () => Promise<{
  jobs: Readonly<Record<string, number>>
  tasks: Readonly<Record<string, number>>
}>
