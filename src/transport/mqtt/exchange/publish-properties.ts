import { type Header, type MqttBinding, NO_HEADERS } from '../../../core/message.js'
import { PropertyReader } from './property-reader.js'
import { ProtocolError } from './protocol-error.js'

/** What the properties of a received PUBLISH say (MQTT 5, 3.3.2.3). */
export interface PublishProperties {
  readonly headers: readonly Header[]
  /** The part of the binding that comes from properties. */
  readonly binding: Omit<MqttBinding, 'qos' | 'retain' | 'dup'>
  /** 0: none. */
  readonly topicAlias: number
}

/**
 * Decodes `bytes[start..end]`, the properties without their length.
 * @throws ProtocolError for a property that a PUBLISH may not have, one given twice, or an illegal value
 */
export function decodePublishProperties(bytes: Buffer, start: number, end: number): PublishProperties {
  const reader = new PropertyReader(bytes, start, end)
  const binding: { -readonly [K in keyof PublishProperties['binding']]: PublishProperties['binding'][K] } = {}
  let headers: Header[] | undefined
  let ids: number[] | undefined
  let topicAlias = 0
  while (reader.more) {
    switch (reader.identifier()) {
      case 0x01: {
        reader.once(0x01)
        const indicator = reader.byte()
        if (indicator > 1) throw new ProtocolError('a payload format indicator that is neither 0 nor 1')
        binding.payloadUtf8 = indicator === 1
        break
      }
      case 0x02:
        reader.once(0x02)
        binding.expiry = reader.fourBytes()
        break
      case 0x03:
        reader.once(0x03)
        binding.contentType = reader.text()
        break
      case 0x08:
        reader.once(0x08)
        binding.responseChannel = reader.topic()
        break
      case 0x09:
        reader.once(0x09)
        binding.correlation = reader.binary()
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
  if (ids !== undefined) binding.subscriptionIds = ids
  return { headers: headers ?? NO_HEADERS, binding, topicAlias }
}
