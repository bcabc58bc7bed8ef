import { isIP } from 'node:net'

import { z } from 'zod'

import { StartError } from './ports.ts'

/** A value of the environment is a string; an empty one is as good as none. */
type Env = Readonly<Record<string, string | undefined>>

const GIB2 = 2_147_483_647
const DAY_MS = 86_400_000

const grouped = new Intl.NumberFormat('en-SG')
const whole = (fallback: number, min = 1, max = Number.MAX_SAFE_INTEGER) => {
  const range = max === Number.MAX_SAFE_INTEGER ? `${min} or more` : `from ${min} to ${grouped.format(max)}`
  const words = `must be a whole number, ${range}`
  // one rule, so that a value which breaks two of them is told once
  return z.coerce
    .number(words)
    .refine((value) => Number.isSafeInteger(value) && value >= min && value <= max, words)
    .default(fallback)
}
const port = (fallback: number) => whole(fallback, 0, 65_535)
const flag = z
  .enum(['0', '1', 'false', 'true'], 'must be 0 or 1')
  .default('0')
  .transform((value) => value === '1' || value === 'true')

/** As Fastify reads them: an address, a network such as 10.0.0.0/8, or a name for those of this machine and its site. */
function isTrustable(address: string): boolean {
  if (['loopback', 'linklocal', 'uniquelocal'].includes(address)) return true
  const [ip = '', bits, more] = address.split('/')
  const most = { 0: 0, 4: 32, 6: 128 }[isIP(ip)] ?? 0
  if (most === 0 || more !== undefined) return false
  return bits === undefined || (/^[1-9]\d{0,2}$/.test(bits) && Number(bits) <= most)
}

/** Hops (a number), addresses (a list) or a switch: what Fastify takes for `trustProxy`. */
const trustProxy = z
  .string()
  .default('0')
  .transform((value) => {
    if (/^\d+$/.test(value)) return Number(value)
    if (value === 'true' || value === 'false') return value === 'true'
    return value.split(',').map((address) => address.trim())
  })
  .refine(
    (trusted) => !Array.isArray(trusted) || trusted.every(isTrustable),
    'must be the number of proxies in front, or their addresses, such as 10.0.0.7 or 10.0.0.0/8',
  )

const publicUrl = z
  .url({ protocol: /^https?$/, error: 'must be an address such as https://ota.example.gov', abort: true })
  .transform((value) => new URL(value))
  .refine(({ pathname }) => pathname === '/', 'must have no path: the service stands at the root of its address')
  .transform(({ origin }) => origin)

const dataKey = z
  .string()
  .transform((value) => Buffer.from(value, /^[0-9a-f]{64}$/i.test(value) ? 'hex' : 'base64'))
  .refine((key) => key.length === 32, 'must be 32 bytes, in base64 or as 64 hexadecimal digits')

const Environment = z
  .object({
    NODE_ENV: z.string().default('development'),
    PORT: port(8080),
    HOST: z.string().default('0.0.0.0'),
    PUBLIC_URL: publicUrl.optional(),
    TRUST_PROXY: trustProxy,
    MQTT_PORT: port(11_883),
    HTTPS_PORT: port(8443),
    MQTTS_PORT: port(18_883),
    TLS_CERT: z.string().optional(),
    TLS_KEY: z.string().optional(),
    TLS_CLIENT_CA: z.string().optional(),
    TLS_CRL: z.string().optional(),
    ALLOW_WEAK_SIGN: flag,
    DATA_DIR: z.string().default('./data'),
    DATABASE_URL: z
      .string()
      .regex(/^postgres(ql)?:\/\//, 'must begin with postgres://')
      .optional(),
    SESSION_SECRET: z.string().min(32, 'must have at least 32 characters').optional(),
    DATA_KEY: dataKey.optional(),
    ADMIN_EMAIL: z
      .string()
      .trim()
      .toLowerCase()
      .min(3)
      .max(254)
      .regex(/@/, 'must be an email address')
      .default('admin@localhost'),
    ADMIN_PASSWORD: z.string().min(10, 'must have at least 10 characters').max(200).optional(),
    CONTACT: z.string().min(1).default('GovTech'),
    FIRMWARE_MAX_BYTES: whole(104_857_600, 1, GIB2),
    DOWNLOAD_BYTES_PER_SECOND: whole(0, 0),
    RATE_LIMIT_PER_MINUTE: whole(1_200),
    SIGN_IN_FAILURES: whole(10),
    SESSION_IDLE_MINUTES: whole(720),
    SESSION_MAX_HOURS: whole(168),
    UPLOAD_KEEP_HOURS: whole(24),
    LOG_KEEP_MONTHS: whole(0, 0, 1_200),
    METRICS_TOKEN: z.string().min(16, 'must have at least 16 characters').optional(),
    LOG_LEVEL: z
      .enum(
        ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'],
        'must be one of trace, debug, info, warn, error, fatal, silent',
      )
      .default('info'),
    TEST_CLOCK: flag,
  })
  .refine(({ TEST_CLOCK, NODE_ENV }) => !(TEST_CLOCK && NODE_ENV === 'production'), {
    path: ['TEST_CLOCK'],
    message: 'lets anyone on this machine move the clock and is refused with NODE_ENV=production',
  })
  .refine(({ TLS_CERT, TLS_KEY }) => (TLS_CERT === undefined) === (TLS_KEY === undefined), {
    path: ['TLS_CERT'],
    message: 'and TLS_KEY must be given together',
  })
  .refine(({ TLS_CERT, TLS_CLIENT_CA }) => TLS_CERT ?? !TLS_CLIENT_CA, {
    path: ['TLS_CLIENT_CA'],
    message: 'needs TLS_CERT and TLS_KEY',
  })
  .refine(({ TLS_CLIENT_CA, TLS_CRL }) => TLS_CLIENT_CA ?? !TLS_CRL, {
    path: ['TLS_CRL'],
    message: 'needs TLS_CLIENT_CA, whose certificates it revokes',
  })
  .refine(({ DATABASE_URL, SESSION_SECRET }) => !DATABASE_URL || SESSION_SECRET, {
    path: ['SESSION_SECRET'],
    message: 'must be given with DATABASE_URL, because every process needs the same one',
  })
  .refine(({ DATABASE_URL, DATA_KEY }) => !DATABASE_URL || DATA_KEY, {
    path: ['DATA_KEY'],
    message: 'must be given with DATABASE_URL, because every process needs the same one',
  })

/** Planned, and not part of this release: to ignore them in silence would promise what is not there. */
const NOT_YET = [
  'REDIS_URL S3_BUCKET S3_ENDPOINT S3_REGION',
  'OIDC_ISSUER OIDC_CLIENT_ID OIDC_CLIENT_SECRET OIDC_GROUPS SMTP_URL',
].flatMap((names) => names.split(' '))

export interface Config {
  production: boolean
  host: string
  port: number
  /** Origin under which people and devices reach the service, without a slash at its end. */
  publicUrl: string
  trustProxy: boolean | number | string[]
  mqttPort: number
  /** People and devices may connect with TLS: paths of PEM files, and ports of their own. */
  tls: TlsFiles | undefined
  allowWeakSign: boolean
  dataDir: string
  databaseUrl: string | undefined
  /** Undefined until `keepSecrets` has read or made it. */
  sessionSecret: string | undefined
  dataKey: Buffer | undefined
  admin: { email: string; password: string | undefined }
  contact: string
  firmwareMaxBytes: number
  /** Of all downloads together; 0 sets no cap. */
  downloadBytesPerSecond: number
  rateLimitPerMinute: number
  signInFailures: number
  session: { idleMs: number; maxMs: number }
  uploadKeepMs: number
  /** Closed months of the log that stay beside the one that runs; 0 keeps all of it. */
  logKeepMonths: number
  /** With it, and only with it, the metrics are read from elsewhere. */
  metricsToken: string | undefined
  logLevel: string
  testClock: boolean
}

export interface TlsFiles {
  httpsPort: number
  mqttsPort: number
  certFile: string
  keyFile: string
  /** With it every device shows a certificate of that authority. */
  clientCaFile: string | undefined
  crlFile: string | undefined
}

/** Says every wrong value at once, one line each, in words. */
export class ConfigError extends StartError {
  override readonly name = 'ConfigError'
  constructor(complaints: readonly string[]) {
    super(`The service cannot start with this configuration:\n${complaints.map((line) => `  ${line}`).join('\n')}`)
  }
}

/**
 * Reads the environment.
 * @throws ConfigError naming each value that is wrong and what would be right
 */
export function readConfig(env: Env): Config {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''))
  const early = NOT_YET.filter((name) => given[name] !== undefined)
  const parsed = Environment.safeParse(given)
  const complaints = [
    ...early.map((name) => `${name} is not supported by this release`),
    ...(parsed.error?.issues ?? []).map(({ path, message }) => `${path.join('.')} ${message}`),
  ]
  if (!parsed.success || complaints.length > 0) throw new ConfigError(complaints)
  return toConfig(parsed.data)
}

function tlsOf(env: z.output<typeof Environment>): TlsFiles | undefined {
  const { TLS_CERT: certFile, TLS_KEY: keyFile, TLS_CLIENT_CA: clientCaFile, TLS_CRL: crlFile } = env
  if (certFile === undefined || keyFile === undefined) return undefined
  return { httpsPort: env.HTTPS_PORT, mqttsPort: env.MQTTS_PORT, certFile, keyFile, clientCaFile, crlFile }
}

function toConfig(env: z.output<typeof Environment>): Config {
  return {
    production: env.NODE_ENV === 'production',
    host: env.HOST,
    port: env.PORT,
    publicUrl: env.PUBLIC_URL ?? `http://localhost:${env.PORT}`,
    trustProxy: env.TRUST_PROXY,
    mqttPort: env.MQTT_PORT,
    tls: tlsOf(env),
    allowWeakSign: env.ALLOW_WEAK_SIGN,
    dataDir: env.DATA_DIR,
    databaseUrl: env.DATABASE_URL,
    sessionSecret: env.SESSION_SECRET,
    dataKey: env.DATA_KEY,
    admin: { email: env.ADMIN_EMAIL, password: env.ADMIN_PASSWORD },
    contact: env.CONTACT,
    firmwareMaxBytes: env.FIRMWARE_MAX_BYTES,
    downloadBytesPerSecond: env.DOWNLOAD_BYTES_PER_SECOND,
    rateLimitPerMinute: env.RATE_LIMIT_PER_MINUTE,
    signInFailures: env.SIGN_IN_FAILURES,
    session: { idleMs: env.SESSION_IDLE_MINUTES * 60_000, maxMs: env.SESSION_MAX_HOURS * 3_600_000 },
    uploadKeepMs: env.UPLOAD_KEEP_HOURS * (DAY_MS / 24),
    logKeepMonths: env.LOG_KEEP_MONTHS,
    metricsToken: env.METRICS_TOKEN,
    logLevel: env.LOG_LEVEL,
    testClock: env.TEST_CLOCK,
  }
}
