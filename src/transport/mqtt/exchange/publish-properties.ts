import { type Header, type MessageFacts, type MqttBinding, NO_HEADERS } from '../../../core/message.js'
import { PropertyReader } from './property-reader.js'
import { ProtocolError } from './protocol-error.js'

/** What the properties of a received PUBLISH say (MQTT 5, 3.3.2.3). */
export interface PublishProperties {
  readonly facts: Pick<MessageFacts, 'headers' | 'contentType' | 'expiry' | 'responseChannel' | 'correlation'>
  /** The part of the binding that comes from properties, if any does. */
  readonly binding: Omit<MqttBinding, 'retain' | 'dup'> | undefined
  /** 0: none. */
  readonly topicAlias: number
}

/**
 * Decodes `bytes[start..end]`, the properties without their length.
 * @throws ProtocolError for a property that a PUBLISH may not have, one given twice, or an illegal value
 */
export function decodePublishProperties(bytes: Buffer, start: number, end: number): PublishProperties {
  const reader = new PropertyReader(bytes, start, end)
  let contentType: string | undefined
  let expiry: number | undefined
  let responseChannel: string | undefined
  let correlation: Uint8Array | undefined
  let payloadUtf8: boolean | undefined
  let headers: Header[] | undefined
  let ids: number[] | undefined
  let topicAlias = 0
  while (reader.more) {
    switch (reader.identifier()) {
      case 0x01: {
        reader.once(0x01)
        const indicator = reader.byte()
        if (indicator > 1) throw new ProtocolError('a payload format indicator that is neither 0 nor 1')
        payloadUtf8 = indicator === 1
        break
      }
      case 0x02:
        reader.once(0x02)
        expiry = reader.fourBytes()
        break
      case 0x03:
        reader.once(0x03)
        contentType = reader.text()
        break
      case 0x08:
        reader.once(0x08)
        responseChannel = reader.topic()
        break
      case 0x09:
        reader.once(0x09)
        correlation = reader.binary()
        break
      case 0x0b: {
        const id = reader.variableInteger()
        if (id === 0) throw new ProtocolError('a subscription identifier of 0')
        if (ids === undefined) ids = [id]
        else ids.push(id)
        break
      }
      case 0x23:
        reader.once(0x23)
        topicAlias = reader.twoBytes()
        if (topicAlias === 0) throw new ProtocolError('a topic alias of 0')
        break
      case 0x26: {
        const header: Header = [reader.text(), reader.text()]
        if (headers === undefined) headers = [header]
        else headers.push(header)
        break
      }
      default:
        throw new ProtocolError('a property that PUBLISH does not have')
    }
  }
  const facts = { headers: headers ?? NO_HEADERS, contentType, expiry, responseChannel, correlation }
  return { facts, binding: bindingOf(payloadUtf8, ids), topicAlias }
}

function bindingOf(
  payloadUtf8: boolean | undefined,
  subscriptionIds: readonly number[] | undefined
): PublishProperties['binding'] {
  if (payloadUtf8 === undefined && subscriptionIds === undefined) return undefined
  return {
    ...(payloadUtf8 !== undefined && { payloadUtf8 }),
    ...(subscriptionIds !== undefined && { subscriptionIds })
  }
}
