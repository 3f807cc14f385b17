import { whyNotName } from '../../channel-grammar.js'
import { TidingsError } from '../../errors.js'
import { type Message, NO_HEADERS } from '../../message.js'
import { decodeUtf8 } from '../../utf8.js'

const SPACE = 0x20
/** What mosquitto_sub writes in place of an empty payload. */
const EMPTY = Buffer.from('(null)')

/**
 * Reads a line of `mosquitto_sub -v`: a topic, a space, the payload. The line cannot say whether the topic has spaces or the payload several
 * lines, nor when it came. Throws a `TidingsError` of kind bad-input for a line without a space behind a topic.
 */
export function parseVerboseLine(line: Uint8Array): Message {
  const space = line.indexOf(SPACE)
  if (space < 1)
    throw bad('it is not a topic, a space and a payload; payloads of several lines cannot be told apart')
  const channel = decodeUtf8(line, 0, space)
  const why = whyNotName(channel)
  if (why !== undefined) throw bad(`its topic cannot be used: ${why}`)
  const payload = line.subarray(space + 1)
  return { channel, payload: EMPTY.equals(payload) ? new Uint8Array() : payload, headers: NO_HEADERS }
}

function bad(why: string): TidingsError {
  return new TidingsError('bad-input', why, {
    code: 'bad-mosquitto-line',
    suggestion: 'mosquitto_sub -F %j says more than -v'
  })
}
