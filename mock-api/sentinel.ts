/**
 * Inputs an operator could type that make the mock fail, so that failures are seen in `npm run dev` as well as in
 * tests. `q` and `name` stand for every search box and every name field.
 */
export const sentinel = {
  /** As `q` or `name`: 503. */
  unavailable: 'fail-503',
  /** As `q` or `name`: 500, the sentence for what nobody foresaw. */
  broken: 'fail-500',
  /** As `q` or `name`: no answer at all, as when the cable is out. */
  unreachable: 'fail-network',
  /** As `q` or `name`: an answer that is not of the contract, as from a proxy's own page. */
  unreadable: 'fail-unreadable',
  /** As `q` or `name`: the session has ended on the server. */
  signedOut: 'fail-401',
  /** As `q` or `name`: right, but only after `SLOW_MS`. */
  slow: 'slow',
  /** As `q`: right once, and 503 ever after, as when a page is refreshed while the server restarts. */
  failsLater: 'fails-later',
  /** As email: sign-in is throttled. */
  throttledEmail: 'throttled@hdb.example',
  /** As name of an uploaded file: the server runs out of disk. */
  diskFullFile: 'disk-full.bin',
  /** As name of an uploaded file: the connection breaks once in the middle; what arrived is kept. */
  cutFile: 'cut-in-the-middle.bin',
  /** As name of an uploaded file: one bit changes on the way, so that the digests differ. */
  corruptedFile: 'changed-on-the-way.bin',
  /** As name of a job: its live stream says nothing at all, not even `beat`. */
  silentStream: 'stream-silent',
  /** As name of a job: its live stream breaks after every second beat and can be resumed. */
  cutStream: 'stream-cut',
} as const

export const SLOW_MS = 2_000
