import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** The folder of the repository, wherever the script was called from. */
export const root = fileURLToPath(new URL('../..', import.meta.url))

/** On Windows the commands of npm are `.cmd` files, which only a shell starts. */
const shell = process.platform === 'win32'

/**
 * Runs a command in the repository and answers its exit code; a command that cannot be started, or was
 * ended by a signal, answers 1.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ env?: Record<string, string> }} [options] what to add to the environment
 * @returns {Promise<{ code: number }>}
 */
export function run(command, args, { env = {} } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, env: { ...process.env, ...env }, stdio: 'inherit', shell })
    child.on('error', (error) => {
      process.stderr.write(`${command}: ${error.message}\n`)
      resolve({ code: 1 })
    })
    child.on('close', (code) => resolve({ code: code ?? 1 }))
  })
}

/**
 * Runs a tool that the repository installed (`vite`, `tsc`, …) without asking npm for it.
 * @param {string} name
 * @param {readonly string[]} args
 * @param {{ env?: Record<string, string> }} [options]
 */
export const tool = (name, args, options) => run(`${root}/node_modules/.bin/${name}`, args, options)
