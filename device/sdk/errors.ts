/** What went wrong on the way to the service. */
export type LinkFailure =
  /** No connection could be made. */
  | 'unreachable'
  /** The service does not let this device in. */
  | 'refused'
  /** The connection ended before the answer came. */
  | 'closed'
  /** No answer came in time. */
  | 'noAnswer'
  /** The answer was not 200. */
  | 'notOk'

export class LinkError extends Error {
  override readonly name = 'LinkError'
  readonly kind: LinkFailure
  /** Return code of the CONNACK or code of the answer, where there is one. */
  readonly code: number | undefined

  constructor(kind: LinkFailure, message: string, code?: number) {
    super(message)
    this.kind = kind
    this.code = code
  }
}

/** The failure codes of a progress report, section 3.3 of the protocol. */
export const FailureStep = { undefined: -1, download: -2, verification: -3, writing: -4, declined: -5 } as const
export type FailureStep = (typeof FailureStep)[keyof typeof FailureStep]

/** An upgrade that failed on the device; `step` is what the service is told. */
export class UpgradeError extends Error {
  override readonly name = 'UpgradeError'
  readonly step: FailureStep

  constructor(step: FailureStep, message: string, options?: ErrorOptions) {
    super(message, options)
    this.step = step
  }
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
