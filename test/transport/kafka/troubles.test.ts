import { beforeEach, describe, expect, it } from 'vitest'
import { Troubles } from '../../../src/transport/kafka/troubles.js'

describe('what does not work at present', () => {
  let now = 0
  let told: string[] = []
  let troubles: Troubles
  beforeEach(() => {
    now = 0
    told = []
    troubles = new Troubles(
      (text) => told.push(text),
      () => now
    )
  })
  /** It fails every second, for so many. */
  const fail = (seconds: number, what = 'read "t"') => {
    for (let second = 0; second <= seconds; second++, now += 1000) troubles.met(what, 'no leader')
  }

  it('is not told while a cluster needs no longer than clusters need', () => {
    fail(9)
    troubles.over('read "t"')
    expect(told).toEqual([])
    expect(troubles.areAny).toBe(false)
  })

  it('is told once where it lasts, and once when it is over', () => {
    fail(30)
    expect(told).toEqual(['cannot read "t" at present: no leader; trying again'])
    troubles.over('read "t"')
    troubles.over('read "t"')
    expect(told.slice(1)).toEqual(['it works again: read "t"'])
  })

  it('begins anew where it was long forgotten', () => {
    fail(5)
    now += 60_000
    fail(5)
    expect(told).toEqual([])
  })

  it('is told of each thing by itself', () => {
    troubles.met('read "b"', 'why')
    fail(12, 'read "a"')
    troubles.met('read "b"', 'why')
    expect(told).toEqual(['cannot read "a" at present: no leader; trying again'])
  })
})
