import type { Message } from '../../../src/core/message.js'
import { messageAt } from './browser-in-test.js'

/** A minute of a house: lamps and sensors as Zigbee2MQTT sends them, a heat pump in binary, an order system, a status text. */
export function houseMessages(): Message[] {
  const messages: Message[] = [
    messageAt(0, 'zigbee2mqtt/bridge/state', { state: 'online' }, { guarantee: 1, mqtt: { retain: true } }),
    messageAt(0, 'house/status', 'all well', { mqtt: { retain: true } }),
    messageAt(
      0,
      'homeassistant/sensor/0x00158d0001/temperature/config',
      {
        device_class: 'temperature',
        unit_of_measurement: '°C',
        state_topic: 'zigbee2mqtt/kitchen'
      },
      { mqtt: { retain: true } }
    )
  ]
  for (let second = 1; second < 60; second++) {
    if (second % 2 === 0) {
      messages.push(
        messageAt(second, 'zigbee2mqtt/kitchen', {
          temperature: 20 + Math.round(20 * Math.sin(second / 8)) / 10,
          humidity: 48 + (second % 5),
          battery: 97,
          linkquality: 120 - (second % 7)
        })
      )
    }
    if (second % 5 === 0)
      messages.push(
        messageAt(second, 'zigbee2mqtt/living room', {
          state: second % 10 ? 'ON' : 'OFF',
          brightness: second * 4
        })
      )
    if (second % 3 === 0)
      messages.push(
        messageAt(
          second,
          'spBv1.0/house/DDATA/heatpump',
          Buffer.from([8, second, 0x12, 0xff, 0x00, 0x1b, second])
        )
      )
    messages.push(
      messageAt(
        second,
        'shop/orders/created',
        {
          id: 4_503_599_627_370_497 + second * 4,
          customer: { name: 'Ada', city: '東京' },
          items: [{ sku: 'A-1', count: second }],
          paid: second % 2 === 0
        },
        {
          guarantee: 1,
          contentType: 'application/json',
          headers: [
            ['traceparent', '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'],
            ['source', 'web']
          ]
        }
      )
    )
  }
  return messages.sort((a, b) => (a.time ?? 0) - (b.time ?? 0))
}
