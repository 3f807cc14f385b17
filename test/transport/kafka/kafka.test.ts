import { expect, it } from 'vitest'
import { kafka } from '../../../src/transport/kafka/kafka.js'

it.each([
  ['kafka://cluster:9092', { host: 'cluster:9092', protocol: 'kafka' }],
  ['kafkas://cluster:9093', { host: 'cluster:9093', protocol: 'kafka-secure' }]
])('the server %s is described in the words of AsyncAPI', (url, server) => {
  expect(kafka.describeServer(url)).toEqual(server)
})
