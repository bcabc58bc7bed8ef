import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** A run that can be asked for by its name; its sizes follow the name. */
export interface Part {
  /** In `bench/`. */
  file: string
  /** One line for whoever asks what there is. */
  what: string
}

/** A process for each, so that the memory of one says nothing about the next. */
async function run({ file }: Part, sizes: readonly string[]): Promise<boolean> {
  const path = fileURLToPath(new URL(`../${file}`, import.meta.url))
  const child = spawn(process.execPath, ['--import', 'tsx', path, ...sizes], { stdio: 'inherit' })
  const [code] = (await once(child, 'exit')) as [number | null]
  return code === 0
}

/**
 * Runs the part that the command line names, or every part in full size when it names none. Sizes without a name are
 * those of the first part. A part that fails keeps none of the others from running; the exit code tells of it.
 */
export async function runParts(command: string, parts: Readonly<Record<string, Part>>): Promise<void> {
  const [first = '', ...rest] = process.argv.slice(2)
  const [head = ''] = Object.keys(parts)
  if (first === '') {
    const failed: string[] = []
    for (const [name, part] of Object.entries(parts)) {
      console.info(`${command} -- ${name}: ${part.what}`)
      if (!(await run(part, []))) failed.push(name)
    }
    if (failed.length > 0) console.error(`Failed: ${failed.join(', ')}`)
    process.exitCode = failed.length > 0 ? 1 : 0
    return
  }
  const isSize = /^\d+$/.test(first)
  const part = parts[isSize ? head : first]
  if (part) {
    process.exitCode = (await run(part, isSize ? [first, ...rest] : rest)) ? 0 : 1
    return
  }
  const lines = Object.entries(parts).map(([name, { what }]) => `  ${command} -- ${name.padEnd(12)} ${what}`)
  console.info(['Parts, each with its sizes behind it; all of them without a name:', ...lines].join('\n'))
  process.exitCode = first === '--help' ? 0 : 1
}
