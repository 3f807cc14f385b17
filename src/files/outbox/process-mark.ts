import fs from 'node:fs'
import type { ProcessMark } from '../../core/outbox/outbox-names.js'

const UNKNOWN = '0'

/**
 * When a process was started. On Linux: the boot, and the clock ticks from the boot to the start (proc(5), field 22 of stat), so that a
 * reused process number is noticed, also after a reboot. On other systems: only whether the process exists. `undefined` if the process is
 * gone.
 */
function startOf(pid: number): string | undefined {
  if (process.platform !== 'linux') return isThere(pid) ? UNKNOWN : undefined
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'latin1')
    // The second field is a name that may hold spaces and parentheses.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const [state] = fields
    // A zombie: the process has ended, but its parent has not waited for it yet.
    if (state === 'Z' || state === 'X') return undefined
    return `${bootOf()}.${fields[19] ?? UNKNOWN}`
  } catch {
    return undefined
  }
}

function bootOf(): string {
  try {
    return fs.readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').slice(0, 8)
  } catch {
    return UNKNOWN
  }
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** The mark of this process. */
export const ownMark = (): ProcessMark => ({ pid: process.pid, started: startOf(process.pid) ?? UNKNOWN })

/** Whether the very process that left the mark still runs. */
export const isAlive = ({ pid, started }: ProcessMark): boolean => startOf(pid) === started
