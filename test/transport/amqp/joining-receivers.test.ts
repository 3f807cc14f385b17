import { afterEach, expect, it } from 'vitest'
import { openAmqp } from '../../../src/transport/amqp/open-amqp.js'
import { startAmqpServer } from '../../support/amqp-server.js'
import { connectionOptions, message, Notices, Received } from '../../support/connection-options.js'

const endings: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end()
})

it('a receiver that joins a session while the connection is lost gets its messages on the next one', async () => {
  const server = await startAmqpServer({}, {})
  endings.push(() => server.stop())
  const notices = new Notices()
  const options = connectionOptions(server.url, { session: 'shared', onNotice: notices.take })
  const connection = await openAmqp(options)
  endings.push(() => connection.close())
  const [plants, doors] = [new Received(), new Received()]
  await connection.subscribe([{ pattern: 'plant.#', guarantee: 1 }], plants.take)
  server.cut()
  await notices.first('reconnecting')
  const joined = connection.subscribe([{ pattern: 'door.#', guarantee: 1 }], doors.take)
  await notices.first('reconnected')
  expect(await joined).toEqual([{ pattern: 'door.#', guarantee: 1 }])
  await connection.subscribe([{ pattern: 'lamp.#', guarantee: 1 }], new Received().take)
  await connection.publish([message('door.1', 'd'), message('plant.1', 'p')])
  await Promise.all([doors.atLeast(1), plants.atLeast(1)])
  expect([doors.texts, plants.texts]).toEqual([['d'], ['p']])
})
