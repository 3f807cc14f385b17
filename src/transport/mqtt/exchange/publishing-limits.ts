import type { RefusalReason } from '../../../core/connection.js'
import type { ExchangeLimits } from './exchange-options.js'
import { LARGEST_REMAINING_LENGTH } from './packet-types.js'
import type { PublishTemplate } from './publish-template.js'

const SEND_LESS = 'send less in one message'

/** The most messages that we leave unacknowledged. A larger window was hardly faster, and all of it is sent again after a loss. */
const WINDOW = 1024
/** mosquitto drops a connection with more QoS 2 messages than this in flight, and MQTT 3.1.1 cannot say so. */
const EXACTLY_ONCE_WINDOW = 20
/** How many bytes we leave unacknowledged; a single larger message goes alone. */
const WINDOW_BYTES = 16 * 1024 * 1024

/** How much may be in flight, and which messages the broker takes at all. */
export class PublishingLimits {
  readonly messages: number
  readonly exactlyOnce: number
  readonly bytes = WINDOW_BYTES
  readonly #broker: ExchangeLimits

  constructor(limits: ExchangeLimits) {
    this.#broker = limits
    this.messages = Math.min(limits.receiveMaximum ?? WINDOW, WINDOW)
    this.exactlyOnce = Math.min(limits.receiveMaximum ?? EXACTLY_ONCE_WINDOW, WINDOW)
  }

  /** Why this message is not to be sent, `size` being that of its whole packet; undefined if it may be. */
  refusal(template: PublishTemplate, size: number): RefusalReason | undefined {
    const {
      maximumPacketSize = Number.POSITIVE_INFINITY,
      maximumQos = 2,
      retainAvailable = true
    } = this.#broker
    if (template.flaw !== undefined) return { code: 'not-encodable', ...template.flaw }
    if (size === Number.POSITIVE_INFINITY) {
      const reason = `with its headers it is larger than ${LARGEST_REMAINING_LENGTH} bytes, the maximum of MQTT`
      return { code: 'payload-too-large', reason, suggestion: SEND_LESS }
    }
    const code = 'over-broker-limit'
    if (size > maximumPacketSize) {
      const reason = `a packet of ${size} bytes is more than the broker's maximum of ${maximumPacketSize}`
      return { code, reason, suggestion: SEND_LESS }
    }
    if (template.qos > maximumQos) {
      const reason = `QoS ${template.qos} is more than the broker's maximum of ${maximumQos}`
      return { code, reason, suggestion: 'publish with a lower --qos' }
    }
    if (template.retain && !retainAvailable) {
      const reason = 'the broker does not keep retained messages'
      return { code, reason, suggestion: 'publish without --retain' }
    }
    return undefined
  }
}
