import { expect, it } from 'vitest'
import { message, Received } from '../support/connection-options.js'
import type { ContractWorld } from './contract-world.js'

/** The behaviour of groups of subscribers that share messages. */
export function describeGroups(world: ContractWorld): void {
  const grouped = it.skipIf(!world.can('groups') || world.limits.sharedSubscriptions !== undefined)

  grouped(
    'delivers each message once to the members of a group, and all messages to subscribers outside of the group',
    async () => {
      const [name, group] = [world.channel(), world.name('group')]
      const shared = new Received()
      for (const member of [await world.connect(), await world.connect()])
        await world.subscribe(member, { pattern: name, guarantee: 1, group }, shared)
      const witness = await world.subscribed(name)
      const other = new Received()
      const another = { pattern: name, guarantee: 1, group: world.name('other') } as const
      await world.subscribe(await world.connect(), another, other)
      const texts = Array.from({ length: 100 }, (_, index) => String(index))
      await world.publish(...texts.map((text) => message(name, text)))
      await Promise.all([witness, shared, other].map((each) => each.atLeast(100)))
      const inOrder = [...shared.texts].sort((one, another) => Number(one) - Number(another))
      expect([inOrder, witness.texts, other.texts]).toEqual([texts, texts, texts])
    }
  )

  grouped('shares the messages of a pattern among a group', async () => {
    const name = world.channel()
    const below = (path: string) => name + world.spelled(path)
    const shared = new Received()
    const subscription = { pattern: below('/+/state'), guarantee: 1, group: world.name('group') } as const
    await world.subscribe(await world.connect(), subscription, shared)
    await world.publish(message(below('/a/other'), 'no'), message(below('/a/state'), 'yes'))
    await shared.atLeast(1)
    expect(shared.messages.map(({ channel }) => channel)).toEqual([below('/a/state')])
  })
}
