/** Whether a file could not be had because it is not there: it was removed, or never was. */
export const isGone = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT'
