import { REASON } from '../../mqtt/reason-codes.js'
import type { StoredSubscription } from '../store/facts.js'
import type { Version } from './connect-packet.js'
import { malformed, notAllowed, PacketError } from './packet-error.js'
import { PacketReader } from './packet-reader.js'
import { NO_PROPERTIES, PROPERTY, readProperties } from './properties.js'
import { checkTopicFilter } from './topic-rules.js'

export interface Subscribe {
  readonly packetId: number
  readonly subscriptions: readonly (readonly [filter: string, subscription: StoredSubscription])[]
}

export interface Unsubscribe {
  readonly packetId: number
  readonly filters: readonly string[]
}

const SUBSCRIBE_PROPERTIES: ReadonlySet<number> = new Set([PROPERTY.subscriptionId, PROPERTY.userProperty])
const UNSUBSCRIBE_PROPERTIES: ReadonlySet<number> = new Set([PROPERTY.userProperty])

/** Topic filters in one packet, which the broker takes in one turn. */
const FILTERS = 10_000

/** @throws PacketError for what MQTT forbids [MQTT 5, 3.8], and for more filters than the broker takes at once */
export function decodeSubscribe(bytes: Buffer, start: number, end: number, version: Version): Subscribe {
  const reader = new PacketReader(bytes, start, end)
  const packetId = readId(reader)
  const properties = version === 5 ? readProperties(reader, SUBSCRIBE_PROPERTIES) : NO_PROPERTIES
  const id = properties.number(PROPERTY.subscriptionId) ?? 0
  const subscriptions: [string, StoredSubscription][] = []
  if (!reader.more) throw notAllowed('a SUBSCRIBE without a topic filter')
  while (reader.more) {
    if (subscriptions.length >= FILTERS) throw tooMany()
    const filter = reader.text()
    checkTopicFilter(filter)
    const options = reader.byte()
    const qos = options & 3
    const retainHandling = (options >> 4) & 3
    if ((options & (version < 5 ? 0xfc : 0xc0)) !== 0)
      throw malformed('a subscription whose reserved bits are set')
    if (qos === 3) throw notAllowed('a subscription with QoS 3')
    if (retainHandling === 3) throw notAllowed('a subscription with retain handling 3')
    const noLocal = (options & 4) !== 0
    if (noLocal && filter.startsWith('$share/')) throw notAllowed('a shared subscription with No Local')
    const retainAsPublished = (options & 8) !== 0
    subscriptions.push([filter, { qos: qos as 0 | 1 | 2, noLocal, retainAsPublished, retainHandling, id }])
  }
  return { packetId, subscriptions }
}

/** @throws PacketError for what MQTT forbids [MQTT 5, 3.10], and for more filters than the broker takes at once */
export function decodeUnsubscribe(bytes: Buffer, start: number, end: number, version: Version): Unsubscribe {
  const reader = new PacketReader(bytes, start, end)
  const packetId = readId(reader)
  if (version === 5) readProperties(reader, UNSUBSCRIBE_PROPERTIES)
  const filters: string[] = []
  if (!reader.more) throw notAllowed('an UNSUBSCRIBE without a topic filter')
  while (reader.more) {
    if (filters.length >= FILTERS) throw tooMany()
    const filter = reader.text()
    checkTopicFilter(filter)
    filters.push(filter)
  }
  return { packetId, filters }
}

const tooMany = () =>
  new PacketError(REASON.quotaExceeded, `more than ${FILTERS} topic filters in one packet`)

function readId(reader: PacketReader): number {
  const id = reader.twoBytes()
  if (id === 0) throw notAllowed('a packet identifier of 0')
  return id
}
