import { expect, it } from 'vitest'
import { brokerName } from '../../src/cli/broker-name.js'

it.each([
  ['local', 'local'],
  ['Host', 'host'],
  ['host:1884', 'host:1884'],
  ['mqtt://ann:s3cr@t@host/', 'mqtt://host'],
  ['ann:s3cret@host', 'host'],
  ['amqp://u:p@host/vhost?token=s3cret', 'amqp://host/vhost'],
  ['wss://host/mqtt', 'wss://host/mqtt']
])('%s is remembered as %s: no secret is kept', (text, name) => {
  expect(brokerName(text)).toBe(name)
})

it.each(['mqtt://ann:s3?cr@host', 'mqtt://ann:s/cr@host', 'wss://host/mqtt?token=a@b'])(
  '%s is not remembered: one cannot tell which part is secret',
  (text) => expect(brokerName(text)).toBeUndefined()
)
