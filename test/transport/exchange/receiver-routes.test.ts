import { expect, it } from 'vitest'
import { messageOf, NO_HEADERS } from '../../../src/core/message.js'
import { amqpGrammar } from '../../../src/transport/amqp/channel-grammar.js'
import { ReceiverRoutes } from '../../../src/transport/exchange/receiver-routes.js'

const on = (channel: string) => messageOf(channel, null, { headers: NO_HEADERS })

it('a message goes by the rules of the protocol whose routes these are', () => {
  const routes = new ReceiverRoutes({ separator: '.' })
  const [lamps, doors] = [() => {}, () => {}]
  routes.add(lamps, ['lamp.+'])
  routes.add(doors, ['door.#'])
  expect(routes.next([on('door.1'), on('door'), on('lamp.1')])).toEqual({ length: 2, receive: doors })
  expect(routes.next([on('lamp.1')])).toEqual({ length: 1, receive: lamps })
})

it('what no pattern matches goes to the first receiver: a queue delivers whatever others have put into it', () => {
  const routes = new ReceiverRoutes({ separator: '.' })
  const [queue, other] = [() => {}, () => {}]
  routes.add(queue, ['/queues/orders'])
  routes.add(other, ['lamp.+'])
  expect(routes.next([on('order.created'), on('order.paid'), on('lamp.1')])).toEqual({
    length: 2,
    receive: queue
  })
})

it('a pattern of the own exchange gets nothing of other exchanges', () => {
  const routes = new ReceiverRoutes(amqpGrammar)
  const [own, others, levels] = [() => {}, () => {}, () => {}]
  routes.add(own, ['#'])
  routes.add(others, ['/exchanges/orders/#'])
  routes.add(levels, ['/exchanges/logs/+'])
  expect(routes.next([on('a.b'), on('/exchanges/orders/a.b')])).toEqual({ length: 1, receive: own })
  expect(routes.next([on('/exchanges/orders/a.b'), on('/exchanges/logs/x')])).toEqual({
    length: 1,
    receive: others
  })
  expect(routes.next([on('/exchanges/logs/x'), on('a')])).toEqual({ length: 1, receive: levels })
})
