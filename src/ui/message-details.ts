import { formatGrouped } from '../core/grouped-number.js'
import {
  DEFAULT_GUARANTEE,
  type Guarantee,
  isRetained,
  type Message,
  type MessageFacts
} from '../core/message.js'
import { payloadKind } from '../core/payload.js'
import { visibleText } from '../core/visible-text.js'
import { formatSourceTime } from './local-time.js'
import {
  bindingMarks,
  bindingProperties,
  declaredAsUtf8,
  hasBindingFacts,
  hasNoValue,
  isStoredTime,
  subscriptionsOf,
  withoutPlace
} from './message-binding.js'
import { visibleValue } from './visible-value.js'

/** What is said of a message beside its time, channel and payload; each text is visible. */
export interface MessageDetails {
  /** Words such as `QoS 2` and `retained`. */
  readonly marks: readonly string[]
  /** `name: value`. */
  readonly headers: readonly string[]
  readonly properties: readonly string[]
}

const NONE: MessageDetails = { marks: [], headers: [], properties: [] }
const JSON_TYPE = 'application/json'

/** A message's properties in words, in the order in which they are shown. */
export function messageProperties(message: Message): string[] {
  const { key, contentType, expiry, responseChannel, correlation, sourceTime } = message
  const properties: string[] = []
  if (key !== undefined) properties.push(`key ${visibleValue(key)}`)
  if (contentType !== undefined) properties.push(visibleText(contentType))
  if (declaredAsUtf8(message)) properties.push('declared as UTF-8')
  if (expiry !== undefined) properties.push(`expires in ${expiry} s`)
  if (responseChannel !== undefined) properties.push(`answer to ${visibleText(responseChannel)}`)
  if (correlation !== undefined) properties.push(`correlation ${Buffer.from(correlation).toString('hex')}`)
  const subscriptions = subscriptionsOf(message)
  if (subscriptions !== '') properties.push(`subscription ${subscriptions}`)
  properties.push(...bindingProperties(message))
  if (sourceTime !== undefined)
    properties.push(`${sourceTimeWord(message)} ${formatSourceTime(sourceTime, message.time)}`)
  return properties
}

/** What a message's source time is: when it was published, or where the broker has set it, when it was stored. */
export const sourceTimeWord = (message: MessageFacts): string =>
  isStoredTime(message) ? 'stored' : 'published'

/** How many headers of a message are shown. */
const MOST_HEADERS = 100

/** The headers of a message in words; each text is visible. Where there are very many, the last one says how many are left out. */
export function headerTexts(message: MessageFacts): (readonly [name: string, value: string])[] {
  const { headers } = message
  const texts = headers
    .slice(0, MOST_HEADERS)
    .map(
      ([name, value], index) =>
        [visibleValue(name), hasNoValue(message, index) ? NO_VALUE : visibleValue(value)] as const
    )
  return headers.length <= MOST_HEADERS
    ? texts
    : [...texts, ['…', `${formatGrouped(headers.length - MOST_HEADERS)} more headers`]]
}

/** What stands for a header's value where there is none. */
export const NO_VALUE = '(no value)'

/**
 * What is unusual about a message. The usual is left out: the usual guarantee, and JSON that is declared to be JSON.
 * @param usual the guarantee that most messages come with
 */
export function unusualDetails(message: Message, usual: Guarantee = DEFAULT_GUARANTEE): MessageDetails {
  if (isUsual(message, usual)) return NONE
  const { guarantee, contentType, payload } = message
  // What was retained comes with the guarantee that was asked for, which says nothing.
  const isTelling =
    guarantee !== undefined && guarantee !== usual && !(isRetained(message) && guarantee === 0)
  const isPlainJson = contentType === JSON_TYPE && payloadKind(payload) === 'json'
  return {
    marks: [...(isTelling ? [`QoS ${guarantee}`] : []), ...bindingMarks(message)],
    headers: headerTexts(message).map(([name, value]) => `${name}: ${value}`),
    properties: messageProperties(
      withoutPlace(isPlainJson ? { ...message, contentType: undefined } : message)
    )
  }
}

/** Most messages are: this is asked of each one, so it makes nothing. */
function isUsual(message: Message, usual: Guarantee): boolean {
  return (
    message.headers.length === 0 &&
    (message.guarantee === usual || message.guarantee === undefined) &&
    message.contentType === undefined &&
    message.expiry === undefined &&
    message.responseChannel === undefined &&
    message.correlation === undefined &&
    message.key === undefined &&
    message.sourceTime === undefined &&
    !hasBindingFacts(message)
  )
}
