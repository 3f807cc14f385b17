import { beforeEach, describe, expect, it } from 'vitest'
import {
  FIRST_OWN,
  SubscriptionIdentifiers
} from '../../../../src/transport/mqtt/exchange/subscription-identifiers.js'
import { textMessage } from '../../../support/memory-connection.js'

const ALL = FIRST_OWN
const ONE = FIRST_OWN + 1
const patterns = new Map([
  [ALL, '#'],
  [ONE, 'a']
])

let identifiers: SubscriptionIdentifiers
beforeEach(() => {
  identifiers = new SubscriptionIdentifiers()
  identifiers.add(patterns)
})
const copy = (channel: string, ...subscriptionIds: number[]) =>
  textMessage(channel, '', { mqtt: { retain: false, subscriptionIds } })

describe('a message that several patterns match', () => {
  it('counts once, where the broker sends a copy for each', () => {
    expect(identifiers.pick(copy('a', ALL))).toEqual(textMessage('a'))
    expect(identifiers.pick(copy('a', ONE))).toBeUndefined()
  })

  it('counts, where the broker sends one copy with all of them', () => {
    expect(identifiers.pick(copy('a', ONE, ALL))).toEqual(textMessage('a'))
  })

  it('counts by the copy of the one pattern that matches it', () => {
    expect(identifiers.pick(copy('b', ALL))).toEqual(textMessage('b'))
  })

  it('loses no copy once one of the patterns was refused', () => {
    identifiers.remove(patterns)
    expect(identifiers.pick(copy('a', ONE))).toEqual(textMessage('a'))
  })
})

describe('identifiers that are not of this run', () => {
  it('of other clients stay with the message', () => {
    const message = copy('a', 7)
    expect(identifiers.pick(message)).toBe(message)
    expect(identifiers.pick(copy('a', 7, ALL))?.mqtt?.subscriptionIds).toEqual([7])
  })

  it('of an earlier run, kept by the session, leave out no message', () => {
    expect(identifiers.pick(copy('a', ONE + 100))).toEqual(textMessage('a'))
  })

  it('are missing in a message of a broker that names none', () => {
    const message = textMessage('a')
    expect(identifiers.pick(message)).toBe(message)
  })
})
