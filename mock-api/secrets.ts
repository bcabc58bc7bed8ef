/** Random letters and digits, as many as asked; shown once and kept nowhere, for the mock's devices sign nothing. */
export const newSecret = (length = 32): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(length)), (byte) => (byte % 36).toString(36)).join('')
