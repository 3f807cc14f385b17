import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { TidingsError } from '../core/errors.js'
import type { Io } from './io.js'

/** The exit codes of a shell for a command that it cannot run or does not find. */
const NOT_STARTED = [126, 127]
const NEWLINE = 10

/**
 * Lets the user edit bytes in `$VISUAL` or `$EDITOR`, on the process's terminal. Inquirer's own editor prompt guesses the encoding, removes
 * a BOM, ends the process where there is no such editor, and leaves its file readable to everybody. Returns the bytes of the saved file,
 * without the newline that editors add to a last line that had none. Returns nothing if the editor ended with a failure (`:cq` in vi), or
 * if `signal` aborted.
 *
 * @param name the name of the file, by which editors choose colours
 * @throws TidingsError bad-input `no-editor`: there is no such program; `no-edited-file`: it has removed the file
 */
export async function editInEditor(
  bytes: Uint8Array,
  env: Io['env'],
  signal: AbortSignal,
  name = 'payload.txt'
): Promise<Uint8Array | undefined> {
  const folder = mkdtempSync(join(tmpdir(), 'tidings-'))
  const file = join(folder, name)
  try {
    writeFileSync(file, bytes, { mode: 0o600, flag: 'wx' })
    const editor = env.VISUAL || env.EDITOR || (process.platform === 'win32' ? 'notepad' : 'vi')
    const exitCode = await run(editor, file, signal)
    if (NOT_STARTED.includes(exitCode ?? 0)) {
      throw new TidingsError('bad-input', `cannot edit with "${editor}": it cannot be run`, {
        code: 'no-editor',
        suggestion: 'name one that is installed: EDITOR=nano'
      })
    }
    if (exitCode !== 0) return undefined
    const edited = readEdited(file, editor)
    const isNewlineAdded = edited.at(-1) === NEWLINE && bytes.at(-1) !== NEWLINE
    return isNewlineAdded ? edited.subarray(0, -1) : edited
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function readEdited(file: string, editor: string): Buffer {
  try {
    return readFileSync(file)
  } catch {
    throw new TidingsError(
      'bad-input',
      `cannot edit with "${editor}": it has removed the file that it was given`,
      {
        code: 'no-edited-file',
        suggestion: 'save the file under its own name'
      }
    )
  }
}

/**
 * Runs the editor through the shell, because the variable may hold arguments, too (`code --wait`). Resolves to null if a signal ended the
 * editor.
 */
function run(editor: string, file: string, signal: AbortSignal): Promise<number | null> {
  const [command, args] =
    process.platform === 'win32'
      ? [`${editor} "${file}"`, []]
      : ['sh', ['-c', `exec ${editor} "$1"`, 'sh', file]]
  const child = spawn(command, args, { stdio: 'inherit', shell: process.platform === 'win32', signal })
  return new Promise((resolve, reject) => {
    child.once('exit', resolve)
    child.once('error', (error) => (signal.aborted ? resolve(null) : reject(error)))
  })
}
