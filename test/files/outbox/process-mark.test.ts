import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { afterEach, describe, expect, it } from 'vitest'
import { formatSenderName, parseSenderName } from '../../../src/core/outbox/outbox-names.js'
import { isAlive, ownMark } from '../../../src/files/outbox/process-mark.js'

const onLinux = describe.runIf(process.platform === 'linux')
const started: ChildProcess[] = []
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL')
})

/** What the system says of a process, from its state on. */
const factsOf = (pid: number) =>
  readFileSync(`/proc/${pid}/stat`, 'latin1')
    .replace(/^.*\) /s, '')
    .split(' ')

const until = async (isSo: () => boolean) => {
  while (!isSo()) await new Promise<void>((resolve) => setImmediate(resolve))
}

/** The number of a process that has ended, and whose parent does not look. */
async function endedUnseen(): Promise<number> {
  const parent = spawn('sh', ['-c', 'sleep 1000 & echo $!; exec sleep 1000'], {
    stdio: ['ignore', 'pipe', 'inherit']
  })
  started.push(parent)
  const [line] = await once(parent.stdout, 'data')
  const pid = Number(line)
  // A shell would look.
  await until(() => readFileSync(`/proc/${parent.pid}/comm`, 'latin1') === 'sleep\n')
  process.kill(pid, 'SIGKILL')
  await until(() => factsOf(pid)[0] === 'Z')
  return pid
}

describe('the mark of a process', () => {
  it('is that of a process that runs, and can stand in a file name', () => {
    const mark = ownMark()
    expect(mark.pid).toBe(process.pid)
    expect(isAlive(mark)).toBe(true)
    expect(parseSenderName(formatSenderName(mark, 'ab12'))).toEqual(mark)
  })

  it('is that of a dead process where there is no such number', () => {
    const { pid } = spawnSync(process.execPath, ['-e', ''])
    expect(isAlive({ ...ownMark(), pid })).toBe(false)
  })
})

onLinux('the mark of a process on Linux', () => {
  it('is not that of a later process with the same number', () => {
    const { pid, started: own } = ownMark()
    const [boot = '', ticks = ''] = own.split('.')
    expect(ticks).toBe(factsOf(process.pid)[19])
    expect(isAlive({ pid, started: `${boot}.${Number(ticks) - 1}` })).toBe(false)
    // The same number and the same ticks, after another boot.
    expect(isAlive({ pid, started: `00000000.${ticks}` })).toBe(false)
  })

  it('is that of a dead process as soon as it has ended, although its parent has not looked', async () => {
    const pid = await endedUnseen()
    const [boot = ''] = ownMark().started.split('.')
    expect(isAlive({ pid, started: `${boot}.${factsOf(pid)[19]}` })).toBe(false)
  })
})
