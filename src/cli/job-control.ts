import type { JobControl } from '../ui/channel-browser/browser-options.js'
import { isInForeground } from './foreground.js'

/** The job control of the shell; undefined where the system has none. */
export function jobControl(): JobControl | undefined {
  if (process.platform === 'win32') return undefined
  let stopping: (() => void) | undefined
  const onStop = () => {
    stopping?.()
    stopBy(process.pid)
    process.emit('SIGCONT', 'SIGCONT')
  }
  /** Stops the process or, with 0, its group. The signal stops only a process that does not listen to it. */
  const stopBy = (whom: number) => {
    process.off('SIGTSTP', onStop)
    // `kill` returns when the process continues, or at once where nobody could continue it: in a group without a shell.
    process.kill(whom, 'SIGTSTP')
    if (stopping) process.on('SIGTSTP', onStop)
  }
  return {
    isInForeground,
    suspend: () => stopBy(0),
    listen(onStopping, onContinued) {
      stopping = onStopping
      process.on('SIGTSTP', onStop)
      process.on('SIGCONT', onContinued)
      return () => {
        stopping = undefined
        process.off('SIGTSTP', onStop)
        process.off('SIGCONT', onContinued)
      }
    }
  }
}
