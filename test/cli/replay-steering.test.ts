import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { CommandContext } from '../../src/cli/command-context.js'
import { type SteeredReplay, steerReplay } from '../../src/cli/replay-steering.js'
import type { ReplayProgress } from '../../src/core/replay/replay-outcome.js'
import { FakeClock } from '../support/fake-clock.js'
import { MemoryOutput } from '../support/memory-io.js'

const MINUTE = 60_000_000
const progress: ReplayProgress = {
  sent: 0,
  acknowledged: 0,
  unassured: 0,
  unheard: 0,
  refused: 0,
  unacknowledged: 0,
  answered: 0,
  refusal: undefined,
  origin: 0,
  position: 0,
  round: 1,
  speed: 1,
  lag: 0,
  paused: false,
  outage: false
}

/** A replay that is stopped and continued, and that keys would not reach. */
class NotedReplay implements SteeredReplay {
  progress = progress
  continued = 0
  stoodStill = () => void this.continued++
  togglePause = () => undefined
  step = () => undefined
  seek = () => undefined
  quit = () => undefined
  setSpeed = () => undefined
}

describe('the progress of a replay', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  const WHOLE = {
    rounds: 1,
    maxGap: Number.POSITIVE_INFINITY,
    selection: { to: undefined, count: undefined }
  }

  async function show({
    isQuiet = false,
    isTerminal = false,
    request = WHOLE,
    end = MINUTE as number | undefined
  }: {
    isQuiet?: boolean
    isTerminal?: boolean
    request?: Parameters<typeof steerReplay>[2]
    end?: number | undefined
  } = {}) {
    const clock = new FakeClock()
    const stderr = new MemoryOutput(isTerminal)
    const said: string[] = []
    const context = {
      io: { stderr, stdin: { isTerminal: false }, clock },
      isQuiet,
      say: (text: string) => said.push(text)
    } as unknown as CommandContext
    const replay = new NotedReplay()
    const findEnd = vi.fn(async () => end)
    const stop = await steerReplay(context, { findEnd, rereadable: true }, request, replay)
    const pass = (seconds: number) => {
      for (let second = 0; second < seconds; second++) {
        clock.jump(1000)
        vi.advanceTimersByTime(1000)
      }
    }
    return { replay, said, stderr, stop, pass, findEnd }
  }

  it('is a line every ten seconds in a log, with the rate of the last ones', async () => {
    const { replay, said, stop, pass } = await show()
    replay.progress = { ...progress, position: MINUTE / 2, acknowledged: 500 }
    pass(10)
    expect(said).toEqual([expect.stringMatching(/^Replaying: 30 s of 1m, 500 acknowledged, 50\/s, /)])
    pass(10)
    expect(said[1]).toContain(', 0/s, ')
    stop()
    pass(60)
    expect(said).toHaveLength(2)
  })

  it('is a changing bar on a terminal', async () => {
    const { replay, stderr, stop, pass } = await show({ isTerminal: true })
    replay.progress = { ...progress, position: MINUTE / 2 }
    pass(1)
    expect(stderr.text).toContain('[==========          ]  30 s of 1m')
    stop()
    expect(stderr.text.endsWith('\r\x1b[K')).toBe(true)
  })

  it('is not shown with --quiet', async () => {
    const { said, stderr, pass, findEnd } = await show({ isQuiet: true, isTerminal: true })
    pass(60)
    expect([said, stderr.text, findEnd.mock.calls]).toEqual([[], '', []])
  })

  it.each([
    ['silences are cut', { ...WHOLE, maxGap: 1 }],
    ['it ends before the recording does', { ...WHOLE, selection: { ...WHOLE.selection, to: 1 } }],
    ['it ends after some messages', { ...WHOLE, selection: { ...WHOLE.selection, count: 3 } }]
  ])('says no length, and reads the end of no recording, where %s', async (_where, request) => {
    const { said, pass, findEnd } = await show({ request: request as Parameters<typeof steerReplay>[2] })
    pass(10)
    expect(said[0]).toMatch(/^Replaying: 0 ms, /)
    expect(findEnd).not.toHaveBeenCalled()
  })

  it('says no length where the ends of the recording do not hold all of it', async () => {
    const { replay, said, pass } = await show()
    replay.progress = { ...progress, position: 2 * MINUTE }
    pass(10)
    expect(said[0]).toMatch(/^Replaying: 2m, /)
  })

  it('knows that the process was stopped and continues, also with --quiet, until the end', async () => {
    const { replay, stop } = await show({ isQuiet: true })
    process.emit('SIGCONT', 'SIGCONT')
    expect(replay.continued).toBe(1)
    stop()
    process.emit('SIGCONT', 'SIGCONT')
    expect(replay.continued).toBe(1)
  })
})
