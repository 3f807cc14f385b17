import { describe, expect, it } from 'vitest'
import { type Steerable, steerByKey } from '../../src/cli/replay-keys.js'

/** A replay that notes what is done to it. */
class NotedReplay implements Steerable {
  speed = 1
  readonly noted: unknown[] = []
  togglePause = () => void this.noted.push('pause')
  step = () => void this.noted.push('step')
  seek = (microseconds: number) => void this.noted.push(microseconds)
  quit = () => void this.noted.push('quit')
  setSpeed(change: (speed: number) => number): void {
    this.speed = change(this.speed)
  }
}

describe('a key', () => {
  it.each([
    ['space', ['pause']],
    ['n', ['step']],
    ['right', [10_000_000]],
    ['left', [-10_000_000]],
    ['q', ['quit']],
    ['x', []]
  ])('%s does to a replay: %o', (key, done) => {
    const replay = new NotedReplay()
    steerByKey(replay, key)
    expect([replay.noted, replay.speed]).toEqual([done, 1])
  })

  it('doubles or halves the speed, between a tenth and a thousand', () => {
    const replay = new NotedReplay()
    const speedAfter = (key: string, times: number) => {
      for (let time = 0; time < times; time++) steerByKey(replay, key)
      return replay.speed
    }
    expect([speedAfter('+', 1), speedAfter('=', 1), speedAfter('+', 20)]).toEqual([2, 4, 1000])
    expect([speedAfter('-', 1), speedAfter('-', 20)]).toEqual([500, 0.1])
  })

  it('leaves a replay that is as fast as can be as it is', () => {
    const replay = new NotedReplay()
    replay.speed = Number.POSITIVE_INFINITY
    steerByKey(replay, '-')
    expect(replay.speed).toBe(Number.POSITIVE_INFINITY)
  })
})
