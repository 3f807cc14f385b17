import { describe, expect, it } from 'vitest'
import type { Grant, Subscription } from '../../../src/core/connection.js'
import { GrantedSubscriptions } from '../../../src/transport/mqtt/granted-subscriptions.js'
import type { NetworkConnection, NetworkEnd } from '../../../src/transport/mqtt/network-connection.js'
import { REASON } from '../../../src/transport/mqtt/reason-codes.js'
import { MEMORY_TRAITS } from '../../support/memory-connection.js'

/** A network that answers a SUBSCRIBE so; without an answer it is lost before. */
function network(
  answer?: (subscription: Subscription) => Partial<Grant>,
  reasonCode?: number,
  kind: NetworkEnd['kind'] = 'closed'
) {
  const asked: string[][] = []
  const it: NetworkConnection = {
    traits: MEMORY_TRAITS,
    ended: Promise.resolve({
      kind,
      reason: 'it closed',
      lasted: 1,
      exchanged: 0,
      ...(reasonCode !== undefined && { packet: { cmd: 'disconnect', reasonCode } })
    }),
    subscribe: async (subscriptions) => {
      asked.push(subscriptions.map(({ pattern }) => pattern))
      if (answer === undefined) throw new Error('lost')
      return subscriptions.map((each) => ({
        pattern: each.pattern,
        guarantee: each.guarantee,
        ...answer(each)
      }))
    },
    ping: () => undefined,
    disconnect: async () => undefined
  }
  return { it, asked }
}
const subscriptions: Subscription[] = ['a', 'b'].map((pattern) => ({ pattern, guarantee: 1 }))
const yes = () => ({})
const notB = ({ pattern }: Subscription) => (pattern === 'b' ? { guarantee: undefined, reason: 'no' } : {})

describe('what a broker has granted', () => {
  it('is asked for again on the next network, and what it has denied is not', async () => {
    const granted = new GrantedSubscriptions()
    expect(granted.mustRenew(false)).toBe(false)
    await granted.ask(subscriptions, async () => network(notB).it)
    expect([granted.mustRenew(false), granted.mustRenew(true)]).toEqual([true, false])
    const next = network(yes)
    expect(await granted.renew(next.it)).toBeUndefined()
    expect(next.asked).toEqual([['a']])
  })

  it('ends the connection once it is denied, and not where the network is lost meanwhile', async () => {
    const granted = new GrantedSubscriptions()
    await granted.ask(subscriptions, async () => network(yes).it)
    expect(await granted.renew(network().it)).toBeUndefined()
    expect(await granted.renew(network(notB).it)).toMatchObject({
      kind: 'refused',
      code: 'subscribe-refused'
    })
  })

  it('is asked for again also of a broker that has the session, after a network that was lost meanwhile', async () => {
    const granted = new GrantedSubscriptions()
    await granted.ask(subscriptions, async () => network(yes).it)
    await granted.renew(network().it)
    expect(granted.mustRenew(true)).toBe(true)
    await granted.renew(network(yes).it)
    expect(granted.mustRenew(true)).toBe(false)
  })
})

describe('a network that is lost before the answer', () => {
  it('is followed by another try', async () => {
    const networks = [network(), network(), network(yes)]
    const granted = new GrantedSubscriptions()
    const grants = await granted.ask(subscriptions, async () => networks.shift()?.it ?? network().it)
    expect(grants.map(({ pattern }) => pattern)).toEqual(['a', 'b'])
  })

  it('is no refusal where the broker has violated the protocol', async () => {
    const lost = () => network(undefined, undefined, 'protocol-error')
    const networks = [lost(), lost(), lost(), network(yes)]
    const granted = new GrantedSubscriptions()
    const grants = await granted.ask(subscriptions, async () => networks.shift()?.it ?? network().it)
    expect(grants.map(({ pattern }) => pattern)).toEqual(['a', 'b'])
  })

  it('is no refusal where the broker says that it closes for another reason', async () => {
    const { receiveMaximumExceeded, serverBusy, useAnotherServer } = REASON
    const codes = [receiveMaximumExceeded, serverBusy, useAnotherServer, serverBusy]
    const networks = [...codes.map((code) => network(undefined, code)), network(yes)]
    const granted = new GrantedSubscriptions()
    const grants = await granted.ask(subscriptions, async () => networks.shift()?.it ?? network().it)
    expect(grants.map(({ pattern }) => pattern)).toEqual(['a', 'b'])
  })

  it('is a refusal the third time', async () => {
    await expect(
      new GrantedSubscriptions().ask(subscriptions, async () => network().it)
    ).rejects.toMatchObject({
      kind: 'refused',
      code: 'subscribe-refused'
    })
  })
})
