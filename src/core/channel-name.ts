import { TidingsError } from './errors.js'
import { quoteName } from './visible-text.js'

/** MQTT writes the length of a channel in two bytes [MQTT-4.7.3-3]. */
const LONGEST = 65_535

/** A high surrogate without its low one, or the reverse: not Unicode, so UTF-8 cannot say it. */
const LONE_SURROGATE = /\p{Surrogate}/u

/**
 * Returns the channel, if messages can be published to it. Otherwise throws a `TidingsError` of kind usage: it is empty
 * [MQTT-4.7.3-1], longer than 65,535 bytes, or holds a wildcard [MQTT-3.3.2-2], a NUL [MQTT-4.7.3-2] or half of a surrogate pair.
 */
export function checkChannelName(text: string): string {
  const why = whyNotChannel(text)
  if (why === undefined) return text
  throw new TidingsError('usage', `cannot use channel ${quoteName(text)}: ${why}`, {
    code: 'bad-channel',
    suggestion:
      why === 'it holds a wildcard'
        ? '"+" and "#" are for subscribing; name one channel, for example lights/kitchen'
        : 'name a channel, for example user_signed_up or lights/kitchen'
  })
}

/** What rules out a text as a channel that can be published to; `undefined` if nothing does. */
export function whyNotChannel(text: string): string | undefined {
  return whyNotAddressable(text) ?? (/[+#]/.test(text) ? 'it holds a wildcard' : undefined)
}

/** What rules out a text both as a channel and as a pattern; `undefined` if nothing does. */
export function whyNotAddressable(text: string): string | undefined {
  if (text === '') return 'it is empty'
  if (text.includes('\0')) return 'it holds a NUL character'
  if (LONE_SURROGATE.test(text)) return 'it holds half of a surrogate pair, which is not Unicode'
  const bytes = Buffer.byteLength(text)
  return bytes > LONGEST ? `it is ${bytes} bytes long, and ${LONGEST} is the most` : undefined
}
