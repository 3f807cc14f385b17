import type { ByteWriter } from '../core/byte-writer.js'
import { type Message, payloadBytes } from '../core/message.js'
import { asBuffer } from '../core/utf8.js'

/** The fields of a template that write a payload in letters and digits: whatever its bytes are, they come back from that text. */
export const ENCODED_FIELDS = (['hex', 'base64'] as const).map(
  (encoding) =>
    [
      `payload:${encoding}`,
      (message: Message, into: ByteWriter) =>
        into.writeText(asBuffer(payloadBytes(message)).toString(encoding))
    ] as const
)
