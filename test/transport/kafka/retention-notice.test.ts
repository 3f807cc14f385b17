import { afterEach, describe, expect, it } from 'vitest'
import type { BrokerConnection } from '../../../src/core/connection.js'
import { connectionOptions, message, Notices } from '../../support/connection-options.js'
import { isKafkaMissing } from '../../support/kafka-programs.js'
import { openConnection } from '../../support/open-connection.js'
import { useKafka } from '../../support/use-kafka.js'

/** Microseconds since 1970. */
const LONG_AGO = Date.UTC(2023, 10, 14, 22, 13, 20) * 1000
const DAYS = 86_400_000

describe.skipIf(isKafkaMissing)('what is published with its time of long ago', () => {
  const site = useKafka()
  const connections: BrokerConnection[] = []
  afterEach(async () => {
    await Promise.all(connections.splice(0).map((connection) => connection.close()))
  })

  async function told(config: Readonly<Record<string, string>>, ...times: number[]): Promise<string[]> {
    const topic = await site().newTopic(2, config)
    const notices = new Notices()
    const connection = await openConnection(connectionOptions(site().url, { onNotice: notices.take }))
    connections.push(connection)
    await connection.publish(times.map((sourceTime) => ({ ...message(topic, 'x'), sourceTime })))
    await connection.close(1000)
    return notices.all.map(({ text }) => text.replaceAll(topic, 'TOPIC'))
  }

  it('is told once where the topic may delete it at once', async () => {
    const config = { 'retention.ms': `${7 * DAYS}` }
    expect(await told(config, Date.now() * 1000, LONG_AGO, LONG_AGO + 1, LONG_AGO)).toEqual([
      `the topic "TOPIC" keeps messages for 7d (retention.ms), and may delete at once what is older, such as a message of 2023-11-14T22:13:20.000Z; to keep all: kafka-configs.sh --bootstrap-server ${new URL(site().url).host} --alter --topic TOPIC --add-config retention.ms=-1`
    ])
  })

  it.each([
    ['keeps all', { 'retention.ms': '-1' }],
    ['keeps it so long', { 'retention.ms': `${100 * 365 * DAYS}` }],
    [
      'gives it the time of its arrival',
      { 'retention.ms': '1000', 'message.timestamp.type': 'LogAppendTime' }
    ]
  ])('is not told where the topic %s', async (_, config) => {
    expect(await told(config, LONG_AGO)).toEqual([])
  })
})
