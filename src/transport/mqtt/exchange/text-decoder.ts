import { isUtf8 } from 'node:buffer'
import { ProtocolError } from './protocol-error.js'

/** A UTF-8 string as MQTT defines it: well-formed and without NUL [MQTT-1.5.4-1, 1.5.4-2]; the length prefix is the caller's. */
export function decodeText(bytes: Buffer, start: number, end: number): string {
  const text = bytes.toString('utf8', start, end)
  // The broker may have sent a replacement character as such, so its presence only asks for the full check.
  if (text.includes('\uFFFD') && !isUtf8(bytes.subarray(start, end))) {
    throw new ProtocolError('a string that is not valid UTF-8')
  }
  if (text.includes('\0')) throw new ProtocolError('a string that holds a NUL character')
  return text
}

/** A topic name: additionally not empty and without wildcards [MQTT-3.3.2-2, 4.7.3-1]. */
export function decodeTopic(bytes: Buffer, start: number, end: number): string {
  const topic = decodeText(bytes, start, end)
  if (topic === '') throw new ProtocolError('an empty topic')
  if (topic.includes('+') || topic.includes('#')) throw new ProtocolError('a topic that holds a wildcard')
  return topic
}
