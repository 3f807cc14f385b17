import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import BrokerCheck from '../../../src/commands/broker/check.js'
import { startEmbeddedBroker, type TestBroker } from '../../support/embedded-broker.js'
import { RawClient } from '../../support/raw-client.js'
import { outcomeOf } from '../../support/run-command.js'

let broker: TestBroker
beforeAll(async () => {
  broker = await startEmbeddedBroker()
})
afterAll(() => broker.stop())

describe('tidings broker check', () => {
  it('shows people what a broker can do', async () => {
    const { exitCode, stdout, stderr } = await outcomeOf(BrokerCheck, [broker.url])
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(/^Broker: +mqtt:\/\/127\.0\.0\.1:\d+\nProtocol: +MQTT 5 and 3\.1\.1\n/)
    for (const line of [/^QoS 2: +yes$/m, /^Retained: +yes$/m, /^Sessions: +yes$/m, /^Groups: +yes$/m])
      expect(stdout).toMatch(line)
    expect(stdout).toMatch(/^Latency: .* ms .*20 round trips at QoS 1$/m)
    expect(stderr).toBe('')
  })

  it('shows programs the same, as one JSON object, and leaves no message behind', async () => {
    const { exitCode, stdout, stderr } = await outcomeOf(BrokerCheck, [
      '-b',
      broker.url,
      '--json',
      '--below',
      'my/corner'
    ])
    expect(exitCode).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      broker: broker.url,
      protocols: ['5', '3.1.1'],
      limits: { maximumQos: 2, sharedAvailable: true, serverKeepalive: null },
      qos: [
        { asked: 0, granted: 0, acknowledged: true, delivered: 0 },
        { asked: 1, granted: 1, acknowledged: true, delivered: 1 },
        { asked: 2, granted: 2, acknowledged: true, delivered: 2 }
      ],
      retained: { byName: { works: true }, byPattern: { works: true } },
      shared: { works: true },
      session: { works: true },
      names: [],
      latency: { rounds: 20, min: expect.any(Number), median: expect.any(Number) },
      warnings: []
    })
    expect(stderr).toBe('')
    const witness = await RawClient.connect({ port: broker.port, host: '127.0.0.1' })
    expect(await witness.retained('my/corner/#')).toEqual([])
    await witness.disconnect()
  })

  it('probes only the protocol that is asked for', async () => {
    const { stdout } = await outcomeOf(BrokerCheck, [broker.url, '--json', '--protocol', '3.1.1'])
    expect(JSON.parse(stdout)).toMatchObject({ protocols: ['3.1.1'], limits: { sharedAvailable: null } })
  })

  it('ends with 3 and says why where nobody listens', async () => {
    const other = await startEmbeddedBroker()
    await other.stop()
    const { exitCode, stdout, stderr } = await outcomeOf(BrokerCheck, [other.url])
    expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: '' })
    expect(stderr).toContain('connection refused')
  })

  it('ends with 4 where the broker does not let it in', async () => {
    const guarded = await startEmbeddedBroker({ authenticate: async () => false })
    const { exitCode, stderr } = await outcomeOf(BrokerCheck, [guarded.url])
    await guarded.stop()
    expect(exitCode).toBe(4)
    expect(stderr).toContain('the broker refused')
  })

  it.each([['#'], ['']])('refuses to work below %j', async (below) => {
    const { exitCode } = await outcomeOf(BrokerCheck, [broker.url, '--below', below])
    expect(exitCode).toBe(2)
  })
})
