import { expect, it } from 'vitest'
import { brokerName } from '../../src/cli/broker-name.js'

it.each([
  ['local', 'local'],
  ['Host', 'mqtt://host'],
  ['host:1884', 'mqtt://host:1884'],
  ['mqtt://ann:s3cr@t@host/', 'mqtt://host'],
  ['ann:s3cret@host', 'mqtt://host'],
  ['amqp://u:p@host/vhost?token=s3cret', 'amqp://host/vhost'],
  ['wss://host/mqtt', 'wss://host/mqtt']
])('%s is remembered as %s: the same broker has one name, and no secret is kept', (text, name) => {
  expect(brokerName(text)).toBe(name)
})
