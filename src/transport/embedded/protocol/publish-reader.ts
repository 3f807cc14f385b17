import { REASON } from '../../mqtt/reason-codes.js'
import type { Qos } from '../store/facts.js'
import { checkResponseTopic } from './connect-packet.js'
import { malformed, notAllowed, PacketError } from './packet-error.js'
import { PacketReader } from './packet-reader.js'
import { PROPERTY, readProperties } from './properties.js'
import { checkTopicName } from './topic-rules.js'

/** A PUBLISH as it came. Its payload and properties are views of the network's bytes. */
export interface Published {
  readonly topic: string
  readonly qos: Qos
  readonly retain: boolean
  readonly dup: boolean
  /** 0 at QoS 0. */
  readonly packetId: number
  readonly payload: Uint8Array
  /** What subscribers get of its properties, in their wire form. */
  readonly properties: Uint8Array
  /** Seconds; absent: it never expires. */
  readonly expiry: number | undefined
}

/** Topic aliases that a client may use. */
export const TOPIC_ALIASES = 64

/** Characters of all topics that have aliases of one client: a thousand clients may be there. */
const ALIASED = 32 * 1024

const ALLOWED: ReadonlySet<number> = new Set([
  PROPERTY.payloadFormat,
  PROPERTY.messageExpiry,
  PROPERTY.contentType,
  PROPERTY.responseTopic,
  PROPERTY.correlationData,
  PROPERTY.topicAlias,
  PROPERTY.subscriptionId,
  PROPERTY.userProperty
])
/** What each delivery has anew. */
const NOT_FORWARDED: ReadonlySet<number> = new Set([PROPERTY.topicAlias, PROPERTY.messageExpiry])
const NOTHING = new Uint8Array(0)
/** Topics that were checked already, by whomever; longer names are checked each time, so that they take little memory. */
const CHECKED = new Set<string>()
const CHECKED_TOPICS = 1024
const CHECKED_LENGTH = 256

/** Reads the PUBLISH packets of one client; its topic aliases live as long as its connection [MQTT-3.3.2-7]. */
export class PublishReader {
  readonly #isMqtt5: boolean
  readonly #aliases = new Map<number, string>()
  /** Characters that have aliases. */
  #aliasedLength = 0

  constructor(isMqtt5: boolean) {
    this.#isMqtt5 = isMqtt5
  }

  /**
   * @param first the packet's first byte
   * @throws PacketError for what MQTT forbids [MQTT 5, 3.3]
   */
  read(bytes: Buffer, first: number, start: number, end: number): Published {
    const qos = ((first >> 1) & 3) as Qos | 3
    if (qos === 3) throw malformed('a PUBLISH with QoS 3')
    const dup = (first & 8) !== 0
    if (dup && qos === 0) throw malformed('a PUBLISH of QoS 0 that is marked as sent again')
    const reader = new PacketReader(bytes, start, end)
    const named = reader.text()
    const packetId = qos > 0 ? reader.twoBytes() : 0
    if (qos > 0 && packetId === 0) throw notAllowed('a packet identifier of 0')
    let topic = named
    let properties: Uint8Array = NOTHING
    let expiry: number | undefined
    if (this.#isMqtt5) {
      const read = readProperties(reader, ALLOWED)
      const alias = read.number(PROPERTY.topicAlias)
      if (alias !== undefined) topic = this.#aliased(alias, named)
      if (read.number(PROPERTY.subscriptionId) !== undefined)
        throw notAllowed('a subscription identifier from a client')
      checkResponseTopic(read)
      expiry = read.number(PROPERTY.messageExpiry)
      properties = read.without(NOT_FORWARDED)
    }
    check(topic)
    const payload = bytes.subarray(reader.at, end)
    return { topic, qos, retain: (first & 1) !== 0, dup, packetId, payload, properties, expiry }
  }

  #aliased(alias: number, topic: string): string {
    if (alias === 0 || alias > TOPIC_ALIASES)
      throw new PacketError(REASON.topicAliasInvalid, `topic alias ${alias}`)
    if (topic !== '') {
      this.#aliasedLength += topic.length - (this.#aliases.get(alias)?.length ?? 0)
      if (this.#aliasedLength > ALIASED)
        throw new PacketError(REASON.quotaExceeded, 'topic aliases for too much text')
      this.#aliases.set(alias, topic)
      return topic
    }
    const known = this.#aliases.get(alias)
    if (known === undefined) throw notAllowed(`topic alias ${alias}, which stands for no topic`)
    return known
  }
}

function check(topic: string): void {
  if (CHECKED.has(topic)) return
  checkTopicName(topic)
  if (topic.length > CHECKED_LENGTH) return
  if (CHECKED.size >= CHECKED_TOPICS) CHECKED.clear()
  CHECKED.add(topic)
}
