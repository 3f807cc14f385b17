import { type ChildProcess, spawn } from 'node:child_process'
import { interruption } from '../../core/concluded.js'
import type { Password } from '../../core/connection.js'
import { TidingsError } from '../../core/errors.js'
import { decodeUtf8, isUtf8 } from '../../core/utf8.js'
import { quoteName } from '../../core/visible-text.js'
import { firstLine } from '../password-source.js'

/** Bytes of output; a password is a line. */
const MOST = 64 * 1024

/** A program that prints a password, and how long it may take. */
export interface PasswordCommand {
  readonly command: readonly string[]
  /** Milliseconds. */
  readonly timeout: number
}

/**
 * Runs a program without a shell, and takes the first line of its stdout for the password. Nothing that it prints gets into a message:
 * any of it may be the password. Its stdin is empty, because ours may hold payloads.
 * @param profile the name of the profile, for errors
 * @throws TidingsError of kind bad-input if it cannot be run, fails, takes too long, or prints nothing or too much; of kind interrupted
 * if `stop` aborts
 */
export async function passwordOfCommand(
  { command, timeout }: PasswordCommand,
  profile: string,
  stop: AbortSignal
): Promise<Password> {
  const [program = '', ...args] = command
  const failure = (why: string, code = 'password-command-failed') =>
    new TidingsError(
      'bad-input',
      `cannot get the password of profile "${profile}" from the command ${quoteName(program)}: ${why}`,
      { code, suggestion: 'run the passwordCommand of "tidings profile edit" by hand to see what it says' }
    )
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'ignore'], shell: false })
  const outcome = await outputOf(child, timeout, stop)
  if (typeof outcome === 'object') {
    const line = firstLine(outcome)
    if (line.length > 0) return isUtf8(line) ? decodeUtf8(line) : line
    throw failure('its first line on stdout is empty')
  }
  if (outcome === 'stopped') throw interruption(String(stop.reason))
  throw failure(outcome, outcome.startsWith('it took') ? 'password-command-slow' : undefined)
}

/** What the program has printed, or why that does not count. */
function outputOf(child: ChildProcess, timeout: number, stop: AbortSignal): Promise<Uint8Array | string> {
  const chunks: Uint8Array[] = []
  let size = 0
  return new Promise((resolve) => {
    const end = (outcome: Uint8Array | string) => {
      clearTimeout(timer)
      stop.removeEventListener('abort', onStop)
      child.kill('SIGKILL')
      // A process that the program leaves behind may hold the other end.
      child.stdout?.destroy()
      resolve(outcome)
    }
    const onStop = () => end('stopped')
    const timer = setTimeout(() => end(`it took longer than ${timeout / 1000} s`), timeout)
    stop.addEventListener('abort', onStop)
    if (stop.aborted) onStop()
    child.once('error', (error: NodeJS.ErrnoException) => end(whyNotRun(error)))
    child.stdout?.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > MOST) end('it printed more than 64 KiB')
      else chunks.push(chunk)
    })
    const onEnd = () => end(Buffer.concat(chunks))
    child.once('exit', (code, signal) => {
      if (code !== 0) end(signal === null ? `it ended with ${code}` : `it was ended by ${signal}`)
      else if (chunks.some((chunk) => chunk.includes(0x0a))) onEnd()
      else child.once('close', onEnd)
    })
  })
}

function whyNotRun({ code }: NodeJS.ErrnoException): string {
  if (code === 'ENOENT') return 'there is no such program'
  return code === 'EACCES' ? 'it may not be run' : `it cannot be run (${code})`
}
