import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { CommandContext } from '../../src/cli/command-context.js'
import { startProgress } from '../../src/cli/progress.js'
import { FakeClock } from '../support/fake-clock.js'
import { MemoryOutput } from '../support/memory-io.js'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** Work that is under way; `pass` lets time go by. */
function start({
  isTerminal = true,
  isQuiet = false,
  stderr = new MemoryOutput(isTerminal),
  line = ''
} = {}) {
  const clock = new FakeClock()
  const io = { stderr, clock } as unknown as CommandContext['io']
  const progress = startProgress({ io, isQuiet }, (elapsed) => line || `${elapsed / 1000} s`)
  const pass = (milliseconds: number) => {
    // Time goes on in small steps, for both clocks.
    for (let step = 0; step < milliseconds; step += 100) {
      clock.jump(100)
      vi.advanceTimersByTime(100)
    }
  }
  return { progress, pass, stderr }
}

describe('the progress of work on a terminal', () => {
  it('is one line that changes, and that is gone in the end', () => {
    const { progress, pass, stderr } = start()
    pass(1000)
    expect(stderr.text.split('\r\x1b[K')).toEqual(['', '0.5 s', '0.7 s', '0.9 s'])
    expect(progress.stop()).toBe(1000)
    expect(stderr.text.endsWith('\r\x1b[K')).toBe(true)
    const { text } = stderr
    pass(1000)
    expect(stderr.text).toBe(text)
  })

  it('is not shown for work that is over soon', () => {
    const { progress, pass, stderr } = start()
    pass(400)
    expect(progress.stop()).toBe(400)
    pass(1000)
    expect(stderr.text).toBe('')
  })

  it('never fills the last column, where a terminal would begin another line', () => {
    const { pass, stderr } = start({ line: 'x'.repeat(500) })
    pass(500)
    expect(stderr.text).toBe(`\r\x1b[K${'x'.repeat(79)}`)
  })

  it('does not fail over a terminal that went away', async () => {
    const stderr = new MemoryOutput(true)
    stderr.write = () => {
      throw new Error('EIO')
    }
    const { progress, pass } = start({ stderr })
    pass(1000)
    expect(progress.stop()).toBe(1000)
    await vi.advanceTimersByTimeAsync(0)
  })
})

it.each([{ isTerminal: false }, { isQuiet: true }])('work is measured and nothing is shown: %o', (world) => {
  const { progress, pass, stderr } = start(world)
  pass(1000)
  expect(progress.stop()).toBe(1000)
  expect(stderr.text).toBe('')
  expect(vi.getTimerCount()).toBe(0)
})
