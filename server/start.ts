import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { createSecureContext } from 'node:tls'

import { ConfigError, type Config, type TlsFiles } from './config.ts'
import { StartError } from './ports.ts'

type SystemError = NodeJS.ErrnoException & { port?: number; hostname?: string }

/** Why a file cannot be read, by the system's code. */
const FILE_WORDS: Readonly<Record<string, string>> = {
  ENOENT: 'is not there',
  ENOTDIR: 'is not there',
  EISDIR: 'is a folder',
  EACCES: 'may not be read by this user',
  EPERM: 'may not be read by this user',
}

/** Why a port could not be opened, by the system's code. */
const PORT_WORDS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'is used by another program',
  EACCES: 'may not be opened by this user',
  EADDRNOTAVAIL: 'cannot be opened: HOST is not an address of this machine',
}

/** Why the data folder cannot be used, by the code of the system or the first two words of SQLite's. */
const FOLDER_WORDS: Readonly<Record<string, string>> = {
  EEXIST: 'is a file. Name a folder',
  ENOTDIR: 'lies under a file. Name a folder',
  EACCES: 'may not be written by this user. Give it to the user, or name another folder',
  EPERM: 'may not be written by this user. Give it to the user, or name another folder',
  SQLITE_PERM: 'may not be written by this user. Give it to the user, or name another folder',
  SQLITE_CANTOPEN: 'may not be written by this user. Give it to the user, or name another folder',
  EROFS: 'is read-only. Name a folder that can be written',
  SQLITE_READONLY: 'is read-only. Name a folder that can be written',
  ENOSPC: 'has no room left. Make room, then start again',
  SQLITE_FULL: 'has no room left. Make room, then start again',
  SQLITE_NOTADB: 'has a damaged database, ota.sqlite. Restore the folder from a backup',
  SQLITE_CORRUPT: 'has a damaged database, ota.sqlite. Restore the folder from a backup',
}

const FIRST_TWO_WORDS = /^SQLITE_[A-Z]+/

/** Classes of what PostgreSQL says of connections, rights and what is not there: none is a mistake of ours. */
const THEIRS = /^(?:08...|28...|3D...|3F...|42501|53...|57...)$/

function portWords({ syscall, code = '', port, hostname }: SystemError, config: Config): string | undefined {
  if (syscall === 'getaddrinfo' && hostname === config.host)
    return `HOST is ${hostname}, which is no address of this machine. 0.0.0.0 stands for all of its addresses.`
  const words = syscall === 'listen' ? PORT_WORDS[code] : undefined
  return words && `Port ${port} ${words}. PORT, HTTPS_PORT, MQTT_PORT and MQTTS_PORT choose others.`
}

function folderWords({ code = '', path }: SystemError, { dataDir }: Config): string | undefined {
  // a folder that cannot be made is told of by the one above it
  const [there, folder] = [resolve(path ?? dataDir), resolve(dataDir)]
  if (!there.startsWith(folder) && !folder.startsWith(there)) return undefined
  const words = FOLDER_WORDS[FIRST_TWO_WORDS.exec(code)?.[0] ?? code]
  return words && `DATA_DIR: ${dataDir} ${words}.`
}

/**
 * What the operator can put right, in one sentence that names what to put right; undefined for anything else, which is
 * a mistake of ours and keeps its stack.
 * @param config undefined where the configuration itself was wrong
 */
export function startWords(error: unknown, config: Config | undefined): string | undefined {
  if (error instanceof StartError) return error.message
  if (!config || !(error instanceof Error)) return undefined
  const { code = '', message }: SystemError = error
  if (config.databaseUrl !== undefined && THEIRS.test(code)) return `DATABASE_URL: PostgreSQL answers: ${message}.`
  return portWords(error, config) ?? folderWords(error, config)
}

/**
 * Looks into the files of TLS before anything is opened: Node names none of them, and takes an authority that is none.
 * @throws ConfigError with a line for each that cannot be used
 */
export function checkTlsFiles(tls: TlsFiles | undefined): void {
  if (!tls) return
  const complaints: string[] = []
  const look = <T>(name: string, path: string | undefined, what: string, parse: (pem: Buffer) => T): T | undefined => {
    if (path === undefined) return undefined
    try {
      return parse(readFileSync(path))
    } catch (error) {
      const words = FILE_WORDS[(error as SystemError).code ?? ''] ?? `is no PEM file of ${what}`
      complaints.push(`${name}: the file ${path} ${words}`)
      return undefined
    }
  }
  const certificate = look('TLS_CERT', tls.certFile, 'a certificate', (pem) => new X509Certificate(pem))
  const key = look('TLS_KEY', tls.keyFile, 'a private key without a password', (pem) => createPrivateKey(pem))
  look('TLS_CLIENT_CA', tls.clientCaFile, 'a certificate', (pem) => new X509Certificate(pem))
  look('TLS_CRL', tls.crlFile, 'revoked certificates', (crl) => createSecureContext({ crl }))
  if (certificate && key && !certificate.checkPrivateKey(key))
    complaints.push('TLS_KEY is not the key of the certificate in TLS_CERT')
  if (complaints.length > 0) throw new ConfigError(complaints)
}
