import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { OpenBatch } from '../../../../src/transport/exchange/open-batch.js'
import {
  AWAITS_PUBACK,
  AWAITS_PUBREC,
  InFlightTable
} from '../../../../src/transport/mqtt/exchange/in-flight-table.js'
import { PoisonWatch } from '../../../../src/transport/mqtt/exchange/poison-watch.js'
import type { StreamEnd } from '../../../../src/transport/mqtt/exchange/stream-end.js'
import { REASON } from '../../../../src/transport/mqtt/reason-codes.js'

const ID = 7
const closed: StreamEnd = { byBroker: true, code: 0, unsent: false }
const cut: StreamEnd = { ...closed, byBroker: false }
const tooLarge: StreamEnd = { ...closed, code: REASON.packetTooLarge }

const batch = new OpenBatch([], () => undefined)
let inFlight: InFlightTable
let watch: PoisonWatch

const add = (id: number, step = AWAITS_PUBACK) => inFlight.add(id, batch, 0, step, 1)

/** All that is in flight is sent on a network connection, which ends so. */
function lose(end: StreamEnd = closed): number | undefined {
  inFlight.recall()
  for (const id of inFlight.idsInOrder()) inFlight.send(id)
  return watch.lost(inFlight, end)
}

/** The suspect alone is sent on a network connection, which ends so after some milliseconds. */
function tryAlone(end: StreamEnd = closed, after = 10): number | undefined {
  inFlight.recall()
  const suspect = inFlight.idsInOrder().find((id) => watch.isSuspect(inFlight.sequence(id)))
  if (suspect === undefined) throw new Error('no message is tried alone')
  inFlight.send(suspect)
  watch.tried()
  vi.advanceTimersByTime(after)
  return watch.lost(inFlight, end)
}

beforeEach(() => {
  vi.useFakeTimers()
  // The computer was not started just now.
  vi.advanceTimersByTime(60_000)
  inFlight = new InFlightTable()
  watch = new PoisonWatch()
})
afterEach(() => void vi.useRealTimers())

describe('a message that ends each connection', () => {
  beforeEach(() => {
    add(ID)
    add(8)
    add(9)
  })

  it('is tried alone after the second loss, and blamed after the third try', () => {
    lose()
    expect(watch.suspects).toBe(false)
    lose()
    expect(watch.isSuspect(inFlight.sequence(ID))).toBe(true)
    expect([tryAlone(), tryAlone(), tryAlone()]).toEqual([undefined, undefined, ID])
    expect(watch.suspects).toBe(false)
  })

  it('is tried after a longer quiet time each time, so that a bad network shows itself', () => {
    lose()
    lose()
    const quiet = [watch.quietTime]
    tryAlone()
    quiet.push(watch.quietTime)
    tryAlone()
    quiet.push(watch.quietTime)
    expect(quiet).toEqual([200, 400, 800])
  })

  it('is blamed after one try where the broker says why it closes', () => {
    expect(lose(tooLarge)).toBeUndefined()
    expect(watch.suspects).toBe(true)
    expect(tryAlone(tooLarge)).toBe(ID)
  })

  it('is tried more often where the socket had not even taken it', () => {
    lose()
    lose()
    const unsent = { ...closed, unsent: true }
    expect(Array.from({ length: 5 }, () => tryAlone(unsent))).toEqual([...Array(4).fill(undefined), ID])
  })
})

describe('a message is not blamed', () => {
  beforeEach(() => {
    add(ID)
  })
  const suspect = () => {
    lose()
    lose()
    tryAlone()
    tryAlone()
  }

  it.each([
    ['the network cuts the connection', () => tryAlone(cut)],
    ['the broker closes long after it was sent', () => tryAlone(closed, 1001)],
    ['the broker shuts down', () => tryAlone({ ...closed, code: REASON.serverShuttingDown })],
    ['the connection is lost in the quiet time before it', () => watch.lost(inFlight, closed)]
  ])('if %s', (_what, last) => {
    suspect()
    expect(last()).toBeUndefined()
    expect(watch.suspects).toBe(false)
  })

  it('if the broker acknowledges something meanwhile', () => {
    suspect()
    watch.progress()
    expect(watch.suspects).toBe(false)
    lose()
    expect(watch.suspects).toBe(false)
  })

  it('if another one was the first at the next loss', () => {
    lose()
    inFlight.remove(ID)
    add(8)
    lose()
    expect(watch.suspects).toBe(false)
  })

  it('if the network cuts each connection', () => {
    for (let loss = 0; loss < 10; loss++) {
      lose(cut)
      expect(watch.suspects).toBe(false)
    }
  })

  it('if the broker has it already', () => {
    inFlight.remove(ID)
    add(ID, AWAITS_PUBREC)
    inFlight.receive(ID)
    for (let loss = 0; loss < 10; loss++) {
      lose()
      expect(watch.suspects).toBe(false)
    }
  })
})

describe('a broker that takes no QoS 2 message', () => {
  const blameOne = (id: number) => {
    add(id, AWAITS_PUBREC)
    lose(tooLarge)
    expect(tryAlone(tooLarge)).toBe(id)
    inFlight.remove(id)
  }

  it('is known after two of them', () => {
    blameOne(1)
    expect(watch.blamesExactlyOnce).toBe(false)
    blameOne(2)
    expect(watch.blamesExactlyOnce).toBe(true)
  })

  it('is none if it took one', () => {
    blameOne(1)
    watch.tookExactlyOnce()
    blameOne(2)
    expect(watch.blamesExactlyOnce).toBe(false)
  })
})
