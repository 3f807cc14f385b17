import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import Publish from '../../../src/commands/publish.js'
import SessionDelete from '../../../src/commands/session/delete.js'
import Subscribe from '../../../src/commands/subscribe.js'
import { startEmbeddedBroker } from '../../support/embedded-broker.js'
import { InventedBroker } from '../../support/invented-protocol.js'
import { isMosquittoMissing, startMosquitto } from '../../support/mosquitto.js'
import { outcomeOf } from '../../support/run-command.js'

const BROKERS = [
  ['the embedded broker', false, () => startEmbeddedBroker().then(({ url, stop }) => ({ url, stop }))],
  ['mosquitto', isMosquittoMissing, () => startMosquitto().then(({ plain, stop }) => ({ url: plain, stop }))]
] as const

for (const [name, isMissing, start] of BROKERS) {
  describe.skipIf(isMissing)(`a session at ${name}`, () => {
    let broker: { readonly url: string; stop(): Promise<void> }
    beforeAll(async () => {
      broker = await start()
    })
    afterAll(() => broker?.stop())

    const publish = (channel: string, payload: string) =>
      outcomeOf(Publish, [channel, payload, '-b', broker.url])
    const subscribe = (...args: string[]) => outcomeOf(Subscribe, [...args, '--raw', '-b', broker.url])
    const remove = (...args: string[]) => outcomeOf(SessionDelete, [...args, '-b', broker.url])

    it.each(['5', '3.1.1'])(
      'that is deleted over MQTT %s has nothing of what came before',
      async (version) => {
        const session = ['--session', `deleted-${version}`, '--protocol', version]
        const channel = `deleted/${version}`
        await subscribe(channel, ...session, '--count', '0')
        await publish(channel, 'before')
        const deleted = await remove(`deleted-${version}`, '--protocol', version)
        expect(deleted).toMatchObject({ exitCode: 0, stdout: '' })
        expect(deleted.stderr).toContain(`Deleted the session "deleted-${version}" at ${broker.url}`)
        await subscribe(channel, ...session, '--count', '0')
        await publish(channel, 'after')
        expect((await subscribe(channel, ...session, '--count', '1')).stdout).toBe('after\n')
      }
    )

    it('that nobody has made is none, which is no error', async () => {
      for (let time = 0; time < 2; time++) {
        const { exitCode, stderr } = await remove('nobody')
        expect([exitCode, stderr]).toEqual([0, `No session "nobody" at ${broker.url}\n`])
      }
    })

    it('says once that it delivers what an earlier subscriber asked for', async () => {
      await subscribe('earlier/#', '--session', 'two', '--count', '0')
      for (const text of ['1', '2']) await publish('earlier/one', text)
      const { stdout, stderr } = await subscribe('later', '--session', 'two', '--count', '2')
      expect(stdout).toBe('1\n2\n')
      expect(stderr.match(/Warning: .*/g)).toEqual([
        'Warning: the session "two" also delivers "earlier/one", which an earlier subscriber has asked for; to end that: tidings session delete two'
      ])
    })

    it('is not that of another client identifier in silence', async () => {
      const beside = await subscribe('a', '--session', 'mine', '--client-id', 'other', '--count', '0')
      expect(beside).toMatchObject({ exitCode: 0 })
      expect(beside.stderr).toContain('Warning: the session is that of the client id "other"')
      const named = await remove('mine')
      expect(named.stderr).toContain('No session "mine"')
      const deleted = await remove('mine', '--client-id', 'other')
      expect(deleted.stderr).toContain('Deleted the session')
    })

    it('is not forgotten in silence by who connects with its client identifier', async () => {
      const { stderr } = await subscribe('a', '--client-id', 'tidings-mine', '--count', '0')
      expect(stderr).toContain('Warning: the broker forgets the session "mine" if it has one')
    })
  })
}

describe('session delete', () => {
  it('takes a name', async () => {
    const { exitCode, stderr } = await outcomeOf(SessionDelete, ['', '-b', 'mqtt://127.0.0.1:1'])
    expect(exitCode).toBe(2)
    expect(stderr).toContain('its name is empty')
  })

  it('is 3 where there is no broker', async () => {
    expect(await outcomeOf(SessionDelete, ['x', '-b', 'mqtt://127.0.0.1:1'])).toMatchObject({ exitCode: 3 })
  })

  it('is 2 with a protocol that cannot', async () => {
    const { transports } = new InventedBroker()
    const { exitCode, stderr } = await outcomeOf(SessionDelete, ['x', '-b', 'drum://hill'], {}, transports)
    expect(exitCode).toBe(2)
    expect(stderr).toContain('tidings cannot do that with Drum')
  })
})
