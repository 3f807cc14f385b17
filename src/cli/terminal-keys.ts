import { type Key, KeyDecoder } from '../ui/channel-browser/key-decoder.js'
import { isInForeground } from './foreground.js'

/**
 * Reads single keys from the terminal until `close`. The terminal is put back as it was however the process ends, but for SIGKILL.
 * Ctrl-C stays what it is everywhere: SIGINT. Ctrl-Z suspends, the terminal put back meanwhile.
 */
export function listenToKeys(onKey: (key: Key) => void): { close(): void } {
  const { stdin } = process
  if (!isInForeground()) return { close: () => undefined }
  const decoder = new KeyDecoder()
  const restore = () => {
    if (stdin.isRaw) stdin.setRawMode(false)
  }
  const grab = () => {
    stdin.setRawMode(true)
    stdin.resume()
  }
  const read = (bytes: Buffer) => {
    for (const key of decoder.decode(bytes)) {
      if (key.name === 'ctrl-c') process.kill(process.pid, 'SIGINT')
      else if (key.name === 'ctrl-z') suspend()
      else onKey(key)
    }
  }
  const suspend = () => {
    restore()
    process.once('SIGCONT', grab)
    process.kill(process.pid, 'SIGTSTP')
  }
  const hangUp = () => process.exit(129)
  stdin.on('data', read)
  process.on('exit', restore)
  process.on('SIGHUP', hangUp)
  grab()
  return {
    close() {
      restore()
      stdin.off('data', read)
      stdin.pause()
      process.off('exit', restore)
      process.off('SIGHUP', hangUp)
      process.off('SIGCONT', grab)
    }
  }
}
