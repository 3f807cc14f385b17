import { describe, expect, it } from 'vitest'
import { parseKafkaUrls } from '../../../src/transport/kafka/kafka-url.js'

describe('a URL of Kafka', () => {
  it('names one or several brokers, which share credentials and the way of logging in', () => {
    const brokers = parseKafkaUrls('kafkas://ann:pass%2Cword@one:9094,two,[::1]:9095?sasl=SCRAM-SHA-512')
    expect(brokers.map(({ host, port }) => `${host} ${port}`)).toEqual(['one 9094', 'two 9093', '::1 9095'])
    for (const broker of brokers)
      expect(broker).toMatchObject({
        username: 'ann',
        password: 'pass,word',
        socket: 'tls',
        sasl: 'scram-sha-512'
      })
  })

  it('has port 9092, and 9093 with TLS', () => {
    expect(parseKafkaUrls('kafka://here')).toMatchObject([{ socket: 'tcp', port: 9092 }])
    expect(parseKafkaUrls('kafkas://here')).toMatchObject([{ socket: 'tls', port: 9093 }])
  })

  it.each([
    ['kafka://here/topic', 'it has a path'],
    ['kafka://here?acks=all', 'a parameter that tidings does not know'],
    ['kafka://here?sasl=gssapi', 'a way of logging in that tidings does not have'],
    ['kafka://here#x', 'it has a "#" part'],
    ['kafka:// here', 'white space'],
    ['kafka://', 'the host is missing'],
    ['mqtt://here', 'its scheme is not']
  ])('%s is refused: %s', (text, why) => {
    expect(() => parseKafkaUrls(text)).toThrow(why)
  })

  it('is never quoted with its password', () => {
    expect(() => parseKafkaUrls('kafka://ann:secret@here?sasl=none')).toThrow(/^(?!.*secret)/s)
  })
})
