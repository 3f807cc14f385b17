import { type Header, type MessageFacts, NO_HEADERS } from '../../../core/message.js'
import { asBuffer } from '../../../core/utf8.js'

/** Kafka's records have no fields for these facts. Headers with these names stand for them, behind all others and in this order. */
const CONTENT_TYPE = 'content-type'
const CORRELATION = 'correlation-id'
const REPLY_TO = 'reply-to'

type SharedFacts = Pick<
  MessageFacts,
  'headers' | 'contentType' | 'isContentTypeImplied' | 'correlation' | 'responseChannel'
>

/** The headers as they are sent: those of the message, and behind them those that stand for its other facts and are not there yet. */
export function headersWithFacts(facts: SharedFacts): readonly Header[] {
  const { headers, contentType, isContentTypeImplied, correlation, responseChannel } = facts
  if (contentType === undefined && correlation === undefined && responseChannel === undefined) return headers
  const wanted: Header[] = []
  if (contentType !== undefined && isContentTypeImplied !== true) wanted.push([CONTENT_TYPE, contentType])
  if (correlation !== undefined) wanted.push([CORRELATION, correlation])
  if (responseChannel !== undefined) wanted.push([REPLY_TO, responseChannel])
  const missing = wanted.filter((header) => !headers.some((other) => isSame(header, other)))
  return missing.length === 0 ? headers : [...headers, ...missing]
}

const isSame = ([name, value]: Header, [otherName, other]: Header): boolean =>
  name === otherName && Buffer.from(value).equals(Buffer.from(other))

/**
 * The facts that headers stand for. Those at the end, in the order in which `headersWithFacts` writes them, are no headers of the message
 * then. Others stay, so that what was received is sent again as it was.
 */
export function factsOfHeaders(all: readonly Header[]): SharedFacts {
  let end = all.length
  if (textOf(all[end - 1], REPLY_TO) !== undefined) end--
  if (bytesOf(all[end - 1]) !== undefined) end--
  if (textOf(all[end - 1], CONTENT_TYPE) !== undefined) end--
  const find = <Value>(read: (header: Header) => Value | undefined): Value | undefined => {
    for (let at = all.length - 1; at >= 0; at--) {
      const header = all[at]
      const value = header && read(header)
      if (value !== undefined) return value
    }
    return undefined
  }
  return {
    headers: end === all.length ? all : end === 0 ? NO_HEADERS : all.slice(0, end),
    contentType: find((header) => textOf(header, CONTENT_TYPE)),
    correlation: find(bytesOf),
    responseChannel: find((header) => textOf(header, REPLY_TO))
  }
}

const textOf = (header: Header | undefined, name: string): string | undefined =>
  header?.[0] === name && typeof header[1] === 'string' && header[1] !== '' ? header[1] : undefined

function bytesOf(header: Header | undefined): Buffer | undefined {
  if (header?.[0] !== CORRELATION) return undefined
  const [, value] = header
  return typeof value === 'string' ? Buffer.from(value) : asBuffer(value)
}
