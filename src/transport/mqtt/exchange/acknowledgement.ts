import type { MqttVersion } from '../connect-packet.js'
import { PropertyReader } from './property-reader.js'
import { ProtocolError } from './protocol-error.js'

/** A received PUBACK, PUBREC, PUBREL or PUBCOMP. */
export interface Acknowledgement {
  readonly id: number
  readonly code: number
  /** The broker's reason string. */
  readonly text?: string
}

/**
 * Decodes an acknowledgement whose body is `bytes[at..end]`: the short form, or the long form of MQTT 5.
 * @throws ProtocolError for an illegal length or property
 */
export function decodeAcknowledgement(
  bytes: Buffer,
  at: number,
  end: number,
  protocol: MqttVersion
): Acknowledgement {
  const length = end - at
  if (length < 2 || (length > 2 && protocol !== '5')) {
    throw new ProtocolError(`an acknowledgement of ${length} bytes`)
  }
  const id = ((bytes[at] as number) << 8) | (bytes[at + 1] as number)
  if (id === 0) throw new ProtocolError('a packet identifier of 0')
  if (length === 2) return { id, code: 0 }
  const code = bytes[at + 2] as number
  if (length === 3) return { id, code }
  const reader = new PropertyReader(bytes, at + 3, end)
  const size = reader.variableInteger()
  let text: string | undefined
  if (size !== reader.left)
    throw new ProtocolError('an acknowledgement whose properties are not as long as it says')
  while (reader.more) {
    const identifier = reader.identifier()
    if (identifier === 0x1f) {
      reader.once(0x1f)
      text = reader.text()
    } else if (identifier === 0x26) {
      reader.text()
      reader.text()
    } else {
      throw new ProtocolError('a property that an acknowledgement does not have')
    }
  }
  return text === undefined ? { id, code } : { id, code, text }
}
