/** Within a product every name and every version is had once: what is said of one that another firmware has. */
export const TAKEN = {
  name: (name: string) => `This product already has a firmware named ${name}.`,
  version: (version: string) => `This product already has a firmware of version ${version}.`,
} as const
