import { expect, it } from 'vitest'
import Subscribe from '../../src/commands/subscribe.js'
import { message, Received } from '../support/connection-options.js'
import { outcomeOf } from '../support/run-command.js'
import type { ContractWorld } from './contract-world.js'

/** What a broker of MQTT shows its users that has no shared subscriptions. */
export function describeMqttGroups(world: ContractWorld, version: '5' | '3.1.1'): void {
  const { sharedSubscriptions } = world.limits
  if (sharedSubscriptions === undefined) return

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
    if (version === '5') {
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
    const argv = ['-b', world.target.url(), '--protocol', version, '--group', 'workers', world.channel()]
    const { exitCode, stdout, stderr } = await outcomeOf(Subscribe, argv)
    expect({ exitCode, stdout }).toEqual({ exitCode: 4, stdout: '' })
    expect(stderr).toMatch(/^Error: cannot subscribe (as a group|to)/m)
  })
}
