import { openSync } from 'node:fs'
import { ReadStream } from 'node:tty'
import { type Key, KeyDecoder } from '../ui/channel-browser/key-decoder.js'
import { isInForeground } from './foreground.js'

/**
 * Reads single keys from the terminal until `close`, while this job is in the foreground. The terminal is restored however the process
 * ends, except after SIGKILL. Ctrl-C sends SIGINT, as everywhere. Ctrl-Z suspends the process and restores the terminal meanwhile. When the
 * process continues, listeners of SIGCONT run before anything else.
 */
export function listenToKeys(onKey: (key: Key) => void): { close(): void } {
  const decoder = new KeyDecoder()
  let terminal: ReadStream | undefined
  // A new stream each time: libuv sets the mode of an open stream once more when the process ends. That would stop a job that has gone to
  // the background meanwhile.
  const take = () => {
    if (terminal !== undefined || !isInForeground()) return
    terminal = new ReadStream(openSync('/dev/tty', 'r'))
    // SIGHUP reports a terminal that went away.
    terminal.on('error', () => undefined)
    terminal.on('data', read)
    terminal.setRawMode(true)
  }
  const giveBack = () => {
    if (isInForeground()) terminal?.setRawMode(false)
    terminal?.destroy()
    terminal = undefined
  }
  const read = (bytes: Buffer) => {
    for (const key of decoder.decode(bytes)) {
      if (key.name === 'ctrl-c') process.kill(process.pid, 'SIGINT')
      else if (key.name === 'ctrl-z') suspend()
      else onKey(key)
    }
  }
  const suspend = () => {
    giveBack()
    // `kill` returns when the job continues, or at once where nobody could continue it. The SIGCONT of the system would be handled only
    // later.
    process.kill(process.pid, 'SIGTSTP')
    process.emit('SIGCONT', 'SIGCONT')
  }
  const hangUp = () => process.exit(129)
  process.on('exit', giveBack)
  process.on('SIGHUP', hangUp)
  process.on('SIGCONT', take)
  take()
  return {
    close() {
      giveBack()
      process.off('exit', giveBack)
      process.off('SIGHUP', hangUp)
      process.off('SIGCONT', take)
    }
  }
}

/** Calls back whenever the process was stopped and continues, until `close`. */
export function listenToContinue(onContinue: () => void): { close(): void } {
  process.on('SIGCONT', onContinue)
  return { close: () => void process.off('SIGCONT', onContinue) }
}
