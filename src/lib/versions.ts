const VERSION = /(?:^|[-_ .])v?(\d+(?:\.\d+){1,3}(?:[-+][0-9A-Za-z.+-]+)?)$/i
/** Endings that say how a file is packed; the last is cut first, so `fan-1.2.tar.gz` loses both. */
const ENDINGS =
  /\.(bin|img|hex|elf|fw|rom|dfu|swu|mender|raucb|upd|zip|gz|xz|bz2|zst|tar|tgz|deb|rpm|ipk|apk|jar|exe|so)$/i

export interface Guess {
  name: string
  version: string
}

/** What a file's name says of its firmware: `fan-fw_v1.5.0.bin` -> fan-fw, 1.5.0. A part it does not say is empty. */
export function guessFromName(fileName: string): Guess {
  let stem = fileName.trim()
  while (ENDINGS.test(stem)) stem = stem.replace(ENDINGS, '')
  const found = VERSION.exec(stem)
  if (!found) return { name: stem.slice(0, 64), version: '' }
  const name = stem.slice(0, found.index).replace(/[-_ .]+$/, '')
  return { name: name.slice(0, 64), version: (found[1] ?? '').slice(0, 64) }
}
