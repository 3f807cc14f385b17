import { afterEach, expect, it } from 'vitest'
import type { BrokerConnection } from '../../../src/core/connection.js'
import type { Guarantee } from '../../../src/core/message.js'
import { connectionOptions, message, Notices, Received } from '../../support/connection-options.js'
import { startEmbeddedBroker, type TestBroker } from '../../support/embedded-broker.js'
import { openConnection } from '../../support/open-connection.js'

let broker: TestBroker
const connections: BrokerConnection[] = []

afterEach(async () => {
  await Promise.all(connections.splice(0).map((connection) => connection.close()))
  await broker.stop()
})

it.each<Guarantee>([0, 1, 2])(
  'messages that each fill what waits for the socket come whole and in order, QoS %s',
  async (guarantee) => {
    broker = await startEmbeddedBroker()
    const notices = new Notices()
    const open = async () => {
      const connection = await openConnection(connectionOptions(broker.url, { onNotice: notices.take }))
      connections.push(connection)
      return connection
    }
    const received = new Received()
    await (await open()).subscribe([{ pattern: 'large', guarantee }], received.take)
    const payloads = Array.from({ length: 12 }, (_, at) => Buffer.alloc(600_000 + at, 97 + at))
    const publisher = await open()
    const report = await publisher.publish(payloads.map((each) => message('large', each, guarantee)))
    expect(report).toMatchObject({ refused: [], unacknowledged: 0 })
    await received.atLeast(payloads.length)
    // The matchers of the test runner compare byte by byte.
    expect(received.messages.map(({ payload }, at) => payloads[at]?.equals(payload as Buffer))).toEqual(
      payloads.map(() => true)
    )
    expect(notices.all).toEqual([])
  }
)
