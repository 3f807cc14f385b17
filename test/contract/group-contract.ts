import { expect, it } from 'vitest'
import Subscribe from '../../src/commands/subscribe.js'
import { message, Received } from '../support/connection-options.js'
import { outcomeOf } from '../support/run-command.js'
import type { ContractWorld } from './contract-world.js'

/** The behaviour of groups of subscribers that share messages. */
export function describeGroups(world: ContractWorld): void {
  const { sharedSubscriptions } = world.limits

  if (sharedSubscriptions === undefined) {
    it('delivers each message once to the members of a group, and all messages to subscribers outside of the group', async () => {
      const name = world.channel()
      const shared = new Received()
      for (const member of [await world.connect(), await world.connect()])
        await world.subscribe(member, { pattern: name, guarantee: 1, group: 'group' }, shared)
      const witness = await world.subscribed(name)
      const other = new Received()
      await world.subscribe(await world.connect(), { pattern: name, guarantee: 1, group: 'other' }, other)
      const texts = Array.from({ length: 100 }, (_, index) => String(index))
      await world.publish(...texts.map((text) => message(name, text)))
      await Promise.all([witness, shared, other].map((each) => each.atLeast(100)))
      const inOrder = [...shared.texts].sort((one, another) => Number(one) - Number(another))
      expect([inOrder, witness.texts, other.texts]).toEqual([texts, texts, texts])
    })

    it('shares the messages of a pattern among a group', async () => {
      const name = world.channel()
      const shared = new Received()
      const subscription = { pattern: `${name}/+/state`, guarantee: 1, group: 'group' } as const
      await world.subscribe(await world.connect(), subscription, shared)
      await world.publish(message(`${name}/a/other`, 'no'), message(`${name}/a/state`, 'yes'))
      await shared.atLeast(1)
      expect(shared.messages.map(({ channel }) => channel)).toEqual([`${name}/a/state`])
    })
    return
  }

  if (sharedSubscriptions === 'granted in silence') {
    it('grants a shared topic filter, but delivers nothing to its subscribers', async () => {
      const name = world.channel()
      // The topic filter as SUBSCRIBE has it. tidings itself refuses a group at this broker, so the test does not name a group.
      const pattern = `$share/group/${name}`
      const shared = new Received()
      for (const member of [await world.connect(), await world.connect()])
        await world.subscribe(member, { pattern, guarantee: 1 }, shared)
      const witness = await world.subscribed(name)
      await world.publish(...Array.from({ length: 100 }, (_, index) => message(name, String(index))))
      await witness.atLeast(100)
      expect(shared.texts).toEqual([])
    })
  }

  it('offers no shared subscriptions, and the user is told so', async () => {
    const subscription = { pattern: world.channel(), guarantee: 1, group: 'group' } as const
    const answer = (await world.connect()).subscribe([subscription], () => {})
    if (world.target.version === '5') {
      const [grant] = await answer
      expect(grant).toMatchObject({ guarantee: undefined, suggestion: expect.stringContaining('--group') })
      expect(grant?.reason).toMatch(/^refused$|offers no shared subscriptions/)
    } else {
      await expect(answer).rejects.toMatchObject({
        kind: 'refused',
        code: 'groups-unsupported',
        message: expect.stringMatching(/the broker has no groups \(.+\)$/)
      })
    }
  })

  it('makes "subscribe --group" fail at once', async () => {
    const { url, version } = world.target
    const argv = ['-b', url(), '--protocol', version, '--group', 'workers', world.channel()]
    const { exitCode, stdout, stderr } = await outcomeOf(Subscribe, argv)
    expect({ exitCode, stdout }).toEqual({ exitCode: 4, stdout: '' })
    expect(stderr).toMatch(/^Error: cannot subscribe (as a group|to)/m)
  })
}
