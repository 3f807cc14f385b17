import fs from 'node:fs'
import type { Clock } from '../core/clock.js'
import type { Input } from '../files/input.js'
import { isTerminal } from '../files/is-terminal.js'
import { fileOutput, type Output } from '../files/output.js'
import { SIGNAL_CODES } from './exit-codes.js'
import { stdinInput } from './standard-input.js'
import { colourLevelOf, streamOutput } from './standard-output.js'
import { systemClock } from './system-clock.js'

/** The world outside of a command. Tests hand in another one. */
export interface Io {
  readonly stdin: Input
  readonly stdout: Output
  readonly stderr: Output
  readonly env: Readonly<Record<string, string | undefined>>
  readonly clock: Clock
  /**
   * Aborts at the first SIGINT, SIGTERM or SIGHUP, with the signal's name as reason. A second signal ends the process at once. Listening
   * begins when this is first read.
   */
  readonly stop: AbortSignal
  setExitCode(code: number): void
  /**
   * Tells the world that work is under way: a process that ends before `finished` was called did not do its work. That is told with
   * `unfinished`, a line for stderr.
   */
  started(unfinished: string): void
  finished(): void
}

function outputTo(fd: 1 | 2): Output {
  const name = fd === 1 ? 'stdout' : 'stderr'
  let kind: fs.Stats
  try {
    kind = fs.fstatSync(fd)
  } catch {
    return fileOutput(fd, name)
  }
  const isPipe = kind.isFIFO() || kind.isSocket()
  // stderr as a pipe is written synchronously, as Node does it: loading Node's streams takes longer than everything else of a failure.
  const isStream = kind.isCharacterDevice()
    ? isTerminal(fd)
    : isPipe && (fd === 1 || process.platform === 'win32')
  if (!isStream) return { ...fileOutput(fd, name), colourLevel: colourLevelOf(process.env, false) }
  const stream = fd === 1 ? process.stdout : process.stderr
  return streamOutput(stream, name, colourLevelOf(process.env, stream.isTTY === true))
}

/** Node aborts at its end where it cannot set back a terminal that has hung up; what is another file by then it leaves alone. */
function letGo(terminals: readonly number[]): void {
  for (const fd of terminals) {
    if (isTerminal(fd)) continue
    try {
      fs.closeSync(fd)
      // Takes the lowest number that is free: this one.
      fs.openSync('/dev/null', 'r+')
    } catch {
      return
    }
  }
}

function listenForSignals(): AbortSignal {
  const controller = new AbortController()
  // Asked before: one that has hung up is no terminal any more.
  const terminals = [0, 1, 2].filter(isTerminal)
  for (const [name, code] of Object.entries(SIGNAL_CODES)) {
    process.on(name, () => {
      // Without a terminal nothing can hang up, so SIGHUP is ignored, as under nohup. Node itself resets what nohup has set.
      if (name === 'SIGHUP' && terminals.length === 0) return
      if (name === 'SIGHUP') process.once('exit', () => letGo(terminals))
      if (controller.signal.aborted) process.exit(code)
      controller.abort(name)
    })
  }
  return controller.signal
}

/** The real world: the only reader of `process`. */
export function processIo(): Io {
  let stdin: Input | undefined
  let stdout: Output | undefined
  let stderr: Output | undefined
  let stop: AbortSignal | undefined
  let underWay = false
  return {
    get stdin() {
      stdin ??= stdinInput()
      return stdin
    },
    get stdout() {
      stdout ??= outputTo(1)
      return stdout
    },
    get stderr() {
      stderr ??= outputTo(2)
      return stderr
    },
    env: process.env,
    clock: systemClock,
    get stop() {
      stop ??= listenForSignals()
      return stop
    },
    setExitCode(code) {
      process.exitCode = code
    },
    started(unfinished) {
      underWay = true
      // Node ends with 0 when the event loop is empty, even if the command's work is not done.
      process.once('exit', () => {
        if (!underWay || process.exitCode) return
        fs.writeSync(2, unfinished)
        process.exitCode = 5
      })
    },
    finished() {
      underWay = false
    }
  }
}
