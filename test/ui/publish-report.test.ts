import { describe, expect, it } from 'vitest'
import { publishFailure } from '../../src/ui/publish-report.js'

const failureFor = (reason: string, code = 'publish-refused') =>
  publishFailure(
    {
      sent: 2,
      acknowledged: 1,
      refused: 1,
      unacknowledged: 0,
      refusal: { reason, code },
      sourceError: undefined,
      connectionError: undefined,
      stalled: false
    },
    { channel: 'a', interrupted: undefined }
  )

describe('the failure of a publication that was refused', () => {
  it.each([
    ['not authorized: keep out', 'publish-refused', 'ask for the right to publish there'],
    ['quota exceeded', 'publish-refused', 'send it again later, or ask for a larger quota'],
    ['reason code 0x80', 'publish-refused', "see the broker's log"],
    [
      "a packet of 9 bytes is more than the broker's maximum of 8",
      'over-broker-limit',
      'send less in one message'
    ],
    ["QoS 2 is more than the broker's maximum of 1", 'over-broker-limit', 'publish with a lower --qos'],
    ['quota exceeded: 100 a day', 'publish-refused', 'send it again later, or ask for a larger quota'],
    ['the broker does not keep retained messages', 'over-broker-limit', 'publish without --retain']
  ])('for "%s" has a suggestion that fits', (reason, code, suggestion) => {
    expect(failureFor(reason, code)).toMatchObject({ kind: 'refused', code, suggestion })
  })

  it('is bad input where MQTT cannot carry the message: no broker was asked', () => {
    expect(
      failureFor('with its headers it is larger than 268435455 bytes', 'payload-too-large')
    ).toMatchObject({
      kind: 'bad-input',
      suggestion: 'send less in one message'
    })
  })
})
