import { beforeEach, describe, expect, it } from 'vitest'
import { ConnectionWatch } from '../../src/operations/connection-watch.js'
import { FakeClock } from '../support/fake-clock.js'

let clock: FakeClock
let watch: ConnectionWatch
beforeEach(() => {
  clock = new FakeClock(0)
  watch = new ConnectionWatch(clock)
})
const lose = (reason?: string) =>
  watch.notice({ kind: 'reconnecting', text: 'lost: trying again', ...(reason !== undefined && { reason }) })
const SECOND = 1_000_000

describe('how it stands with a connection', () => {
  it('is that it is being made, until the broker has granted the subscription', () => {
    expect(watch.state).toEqual({ kind: 'connecting', since: 0 })
    clock.jump(1000)
    watch.subscribed()
    expect(watch.state).toEqual({ kind: 'live', since: SECOND })
  })

  it('counts a loss from its beginning, with the latest reason', () => {
    watch.subscribed()
    clock.jump(1000)
    lose('cut')
    clock.jump(1000)
    lose('refused')
    expect(watch.state).toEqual({ kind: 'reconnecting', since: SECOND, reason: 'refused', tries: 0 })
    lose()
    expect(watch.state).toMatchObject({ reason: 'lost: trying again' })
    clock.jump(1000)
    watch.notice({ kind: 'reconnected', text: 'back' })
    expect(watch.state).toEqual({ kind: 'live', since: 3 * SECOND })
  })

  it('counts how often it was tried to connect again since the loss', () => {
    watch.subscribed()
    watch.retried()
    lose('cut')
    for (let n = 0; n < 3; n++) watch.retried()
    lose('refused')
    expect(watch.state).toMatchObject({ tries: 3, reason: 'refused' })
    watch.notice({ kind: 'reconnected', text: 'back' })
    lose('cut again')
    expect(watch.state).toMatchObject({ tries: 0 })
  })

  it('is not changed by what is only told', () => {
    watch.subscribed()
    clock.jump(1000)
    watch.notice({ kind: 'warning', text: 'odd' })
    watch.subscribed()
    expect(watch.state).toEqual({ kind: 'live', since: 0 })
  })

  it('stays ended once it is lost for good', () => {
    watch.ended('session taken over')
    lose()
    watch.notice({ kind: 'reconnected', text: 'back' })
    expect(watch.state).toEqual({ kind: 'ended', since: 0, reason: 'session taken over' })
  })
})
