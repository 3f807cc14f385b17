import { describe, expect, it } from 'vitest'
import type { ExchangeLimits } from '../../../../src/transport/mqtt/exchange/exchange-options.js'
import {
  type PublishTemplate,
  PublishTemplates
} from '../../../../src/transport/mqtt/exchange/publish-template.js'
import { PublishingLimits } from '../../../../src/transport/mqtt/exchange/publishing-limits.js'
import { textMessage } from '../../../support/memory-connection.js'

const limitsOf = (broker: Partial<ExchangeLimits>) =>
  new PublishingLimits({ sessionPresent: false, ...broker })
const template = new PublishTemplates('5').of(textMessage('a'))

const refusal = (broker: Partial<ExchangeLimits>, more: Partial<PublishTemplate> = {}, size = 100) =>
  limitsOf(broker).refusal({ ...template, ...more }, size)?.code

describe('how much may be in flight', () => {
  it.each([
    [undefined, 1024, 20],
    [10, 10, 10],
    [65_535, 1024, 1024]
  ])('where the broker takes %s at once: %d, and %d of QoS 2', (receiveMaximum, messages, exactlyOnce) => {
    const limits = limitsOf({ receiveMaximum })
    expect([limits.messages, limits.exactlyOnce]).toEqual([messages, exactlyOnce])
  })
})

describe('a message is refused', () => {
  it.each([
    ['that is larger than the broker takes', { maximumPacketSize: 99 }, {}, 'over-broker-limit'],
    ['of a QoS that the broker lacks', { maximumQos: 1 }, { qos: 2 }, 'over-broker-limit'],
    ['that is retained where nothing is', { retainAvailable: false }, { retain: true }, 'over-broker-limit'],
    ['that MQTT cannot say', {}, { flaw: { reason: 'a NUL' } }, 'not-encodable']
  ] as const)('%s', (_which, limits, more, code) => {
    expect(refusal(limits, more)).toBe(code)
    expect(refusal({}, {})).toBeUndefined()
  })

  it('that is larger than any packet may be', () => {
    expect(refusal({}, {}, Number.POSITIVE_INFINITY)).toBe('payload-too-large')
  })
})
