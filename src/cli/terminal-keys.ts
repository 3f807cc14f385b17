import { openSync } from 'node:fs'
import { ReadStream } from 'node:tty'
import { type Key, KeyDecoder } from '../ui/channel-browser/key-decoder.js'
import { isInForeground } from './foreground.js'

/**
 * Reads single keys from the terminal until `close`, while this job is in the foreground. The terminal is put back as it was however the
 * process ends, but for SIGKILL. Ctrl-C stays what it is everywhere: SIGINT. Ctrl-Z suspends, the terminal put back meanwhile;
 * listeners of SIGCONT are told before anything else goes on.
 */
export function listenToKeys(onKey: (key: Key) => void): { close(): void } {
  const decoder = new KeyDecoder()
  let terminal: ReadStream | undefined
  // A stream of our own each time: libuv sets the mode of one that is still open once more when the process ends, which would stop
  // a job that has gone to the background meanwhile.
  const take = () => {
    if (terminal !== undefined || !isInForeground()) return
    terminal = new ReadStream(openSync('/dev/tty', 'r'))
    // SIGHUP tells of a terminal that went away.
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
    // Returns when the job goes on, or at once where nobody could make it go on; the signal itself is heard only later.
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

/** Calls back when the process was stopped and goes on, until `close`. */
export function listenToContinue(onContinue: () => void): { close(): void } {
  process.on('SIGCONT', onContinue)
  return { close: () => void process.off('SIGCONT', onContinue) }
}
