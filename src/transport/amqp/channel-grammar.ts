import { type ChannelGrammar, type ParsedPattern, whyNotName } from '../../core/channel-grammar.js'
import { HOLDS_A_WILDCARD } from '../../core/channel-name.js'
import { whyWildcardsMisplaced } from '../../core/channel-pattern.js'
import { parseShared } from '../shared-pattern.js'
import { DEFAULT_EXCHANGE } from './amqp-url.js'
import {
  addressOf,
  type ChannelAddress,
  EXCHANGES,
  isLongForm,
  QUEUES,
  respell,
  shorten,
  splitExchange
} from './channel-address.js'
import { LONGEST_SHORT_TEXT } from './wire/argument-writer.js'

/**
 * How channels of RabbitMQ are named. A channel is a routing key on the exchange of the broker's URL; dots divide its levels. A slash is
 * taken as a dot, as RabbitMQ's MQTT plug-in does, so that scripts for MQTT run unchanged. RabbitMQ 4's addresses `/exchanges/X/KEY` and
 * `/queues/Q` are meant literally, apart from their percent-encoding.
 * @param own the exchange of the broker's URL
 */
export const amqpGrammarFor = (own: string): ChannelGrammar => ({
  separator: '.',
  // The long forms: a pattern of the short form is about the exchange of the URL alone.
  hidden: '/',
  isLiteral: isLongForm,
  spellChannel: (text) => spell(text, own),
  whyNotChannel: (channel) =>
    whyNotName(channel) ??
    (/[+#*]/.test(keyPart(channel)) ? HOLDS_A_WILDCARD : undefined) ??
    whyNotAddress(channel),
  parsePattern(whole): ParsedPattern | { why: string } {
    const shared = parseShared(whole)
    if ('why' in shared) return shared
    const { pattern: text, ...group } = shared
    const spelled = spell(text, own)
    const empty = whyNotName(spelled)
    if (empty !== undefined) return { why: empty }
    const start = spelled.length - keyPart(spelled).length
    if (spelled.startsWith(QUEUES)) {
      const why = /[+#*]/.test(spelled.slice(start))
        ? 'a queue has one name, and no wildcards'
        : whyNotAddress(spelled)
      return why === undefined ? { ...group, pattern: spelled } : { why }
    }
    const key = spelled.slice(start).replace(/(?<=^|\.)\*(?=\.|$)/g, '+')
    const why =
      (key.includes('*') ? '"*" is not a whole level' : whyWildcardsMisplaced(key, '.')) ??
      whyNotAddress(spelled)
    return why === undefined ? { ...group, pattern: spelled.slice(0, start) + key } : { why }
  },
  whyNotGroup: whyNotKept,
  whyNotSession: whyNotKept,
  silence: 'its messages may go to another exchange than that of the URL: amqp://HOST/VHOST?exchange=NAME',
  examples: { channel: 'lights.kitchen', patterns: 'lights.+.state, lights.#' }
})

/** The grammar for a URL that names no exchange. */
export const amqpGrammar: ChannelGrammar = amqpGrammarFor(DEFAULT_EXCHANGE)

function spell(text: string, own: string): string {
  return isLongForm(text) ? shorten(respell(text), own) : text.replaceAll('/', '.')
}

/** The queue of a group or session is called `tidings.` and its name, in at most 255 bytes. */
const LONGEST_KEPT = LONGEST_SHORT_TEXT - 'tidings.'.length

function whyNotKept(name: string): string | undefined {
  return Buffer.byteLength(name) > LONGEST_KEPT ? `it is longer than ${LONGEST_KEPT} bytes` : undefined
}

/** The part of a channel or pattern in which wildcards count: the name of a queue, or the routing key. */
function keyPart(text: string): string {
  if (text.startsWith(QUEUES)) return text.slice(QUEUES.length)
  return text.startsWith(EXCHANGES) ? splitExchange(text).key : text
}

/** Why exchange and key of a channel cannot be sent; `undefined` if they can. */
function whyNotAddress(channel: string): string | undefined {
  const address = decodedAddress(channel)
  if (address === undefined) return 'its "%" escapes are not valid; %25 stands for a percent sign'
  const { exchange, key } = address
  if (channel.startsWith(EXCHANGES) && exchange === '')
    return 'it names no exchange; the default exchange is addressed as /queues/NAME'
  if (exchange === '' && key === '') return 'it names no queue'
  return whyTooLong('exchange', exchange ?? '') ?? whyTooLong(exchange === '' ? 'queue' : 'routing key', key)
}

/** `undefined` if the `%` escapes of the channel are not valid. */
function decodedAddress(channel: string): ChannelAddress | undefined {
  try {
    return addressOf(channel)
  } catch (error) {
    if (error instanceof URIError) return undefined
    throw error
  }
}

function whyTooLong(what: string, name: string): string | undefined {
  if (name.includes('\0')) return `the ${what} holds a NUL character`
  const bytes = Buffer.byteLength(name)
  if (bytes <= LONGEST_SHORT_TEXT) return undefined
  return `the ${what} is ${bytes} bytes long, and ${LONGEST_SHORT_TEXT} is the most`
}
