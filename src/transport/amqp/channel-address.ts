/** Where a message goes: the exchange and the routing key of Basic.Publish. */
export interface ChannelAddress {
  /** `undefined`: the exchange of the broker's URL. Empty: the default exchange, which leads to the queue that the key names. */
  readonly exchange: string | undefined
  readonly key: string
}

export const EXCHANGES = '/exchanges/'
export const QUEUES = '/queues/'

/** Whether a channel or pattern is written in RabbitMQ's long form, where everything is meant literally. */
export const isLongForm = (text: string): boolean => text.startsWith(EXCHANGES) || text.startsWith(QUEUES)

/** Reads a channel that the grammar accepts. */
export function addressOf(channel: string): ChannelAddress {
  if (channel.startsWith(QUEUES))
    return { exchange: '', key: decodeURIComponent(channel.slice(QUEUES.length)) }
  if (!channel.startsWith(EXCHANGES)) return { exchange: undefined, key: channel }
  const { exchange, key } = splitExchange(channel)
  return { exchange: decodeURIComponent(exchange), key: decodeURIComponent(key) }
}

/** The exchange and the key of `/exchanges/X/KEY`, not decoded. The key may be empty, and may hold a `/`. */
export function splitExchange(text: string): { exchange: string; key: string } {
  const path = text.slice(EXCHANGES.length)
  const slash = path.indexOf('/')
  return slash < 0
    ? { exchange: path, key: '' }
    : { exchange: path.slice(0, slash), key: path.slice(slash + 1) }
}

/** What a key of the short form does not hold: what the grammar replaces, or takes for wildcards. */
const NOT_SHORT = /[/+#*]/
/** What cannot stand in the long form as it is. */
const ESCAPED = /[%/+#*\0]/g

/**
 * The channel of a message that was published with this exchange and routing key: the key alone where that says it all.
 * @param own the exchange of the broker's URL
 */
export function formatChannel(exchange: string, key: string, own: string): string {
  if (exchange === own && key !== '' && !NOT_SHORT.test(key)) return key
  if (exchange === '') return QUEUES + escapeName(key)
  return `${EXCHANGES}${escapeName(exchange)}/${escapeName(key)}`
}

const escapeName = (text: string): string => text.replace(ESCAPED, encode)

const encode = (character: string): string =>
  `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`

/**
 * A channel or pattern of the long form, spelled as `formatChannel` spells it; wildcards stay. Text whose escapes are not valid is returned
 * as it is.
 */
export function respell(text: string): string {
  try {
    if (text.startsWith(QUEUES)) return QUEUES + respellKey(text.slice(QUEUES.length))
    const { exchange, key } = splitExchange(text)
    return `${EXCHANGES}${respellName(exchange)}/${respellKey(key)}`
  } catch (error) {
    if (error instanceof URIError) return text
    throw error
  }
}

const WILDCARD = /([+#*])/

const respellName = (text: string): string => escapeName(decodeURIComponent(text))

const respellKey = (key: string): string =>
  key
    .split(WILDCARD)
    .map((part) => (WILDCARD.test(part) ? part : respellName(part)))
    .join('')

/** Characters that only the long form can hold. */
const ONLY_LONG = /%(?!25)/

/**
 * The short form of an address or pattern that `respell` returned, where it says the same: messages come under that name.
 * @param own the exchange of the broker's URL
 */
export function shorten(text: string, own: string): string {
  if (!text.startsWith(EXCHANGES)) return text
  const { exchange, key } = splitExchange(text)
  const isShort = exchange === escapeName(own) && key !== '' && !ONLY_LONG.test(key)
  return isShort ? key.replaceAll('%25', '%') : text
}
