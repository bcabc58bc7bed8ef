/**
 * Inputs an operator could type that make the mock fail, so that failures are seen in `npm run dev` as well as in
 * tests. `q` stands for every search box, `name` for every field for a name, a description or a reason.
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
  /** As `q` or `name`: the right was taken away a moment ago. */
  forbidden: 'fail-403',
  /** As `q` or `name`: somebody else deleted it a moment ago. */
  gone: 'fail-404',
  /** As `q` or `name`: somebody else changed it a moment ago. */
  stale: 'fail-409',
  /** As `q` or `name`: too many requests. */
  tooMany: 'fail-429',
  /** As `q` or `name`: right, but only after `SLOW_MS`. */
  slow: 'slow',
  /** As `q`: right once, and 503 ever after, as when a page is refreshed while the server restarts. */
  failsLater: 'fails-later',
  /** As email: sign-in is throttled. */
  throttledEmail: 'throttled@hdb.example',
  /** As email: 503 at sign-in. */
  unavailableEmail: 'fail-503@hdb.example',
  /** As name of an uploaded file: the server runs out of disk. */
  diskFullFile: 'disk-full.bin',
  /** As name of an uploaded file: the connection breaks once in the middle; what arrived is kept. */
  cutFile: 'cut-in-the-middle.bin',
  /** As name of an uploaded file: 60 % arrive, and then nothing more until the page is loaded again. */
  deadLineFile: 'line-goes-dead.bin',
  /** As name of an uploaded file: one bit changes on the way, so that the digests differ. */
  corruptedFile: 'changed-on-the-way.bin',
  /** As name of a job: its live stream says nothing at all, not even `beat`. */
  silentStream: 'stream-silent',
  /** As name of a job: its live stream breaks after every second beat and can be resumed. */
  cutStream: 'stream-cut',
} as const

export const SLOW_MS = 2_000
/** How long each answer of `slow-agency` takes; it is `SLOW_MS` for a typed word. */
export const SLOW_ORG_MS = 10_000
/** How long `fading-agency` answers after a page was loaded, by the mock's clock. */
export const FADES_AFTER_MS = 60_000
