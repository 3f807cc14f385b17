import { groupBy } from './group-by.js'
import type { PartitionName } from './partition-name.js'
import { KafkaReader } from './wire/kafka-reader.js'
import { KafkaWriter } from './wire/kafka-writer.js'

/** What a member of a group says of itself when it joins (`ConsumerProtocolSubscription`). */
export interface MemberSubscription {
  readonly topics: readonly string[]
  /** The partitions that it reads at present. */
  readonly owned: readonly PartitionName[]
}

/** From this version on, members say what they own. */
const SUBSCRIPTION_VERSION = 1
const ASSIGNMENT_VERSION = 0

export function encodeSubscription({ topics, owned }: MemberSubscription): Buffer {
  const to = new KafkaWriter(256)
  to.twoBytes(SUBSCRIPTION_VERSION)
  to.array(topics, (topic) => to.string(topic))
  to.sizedBytes(null)
  writePartitions(to, owned)
  return Buffer.from(to.written)
}

/** Throws a RangeError for bytes that are none. */
export function decodeSubscription(bytes: Buffer): MemberSubscription {
  const from = new KafkaReader(bytes, 0, bytes.length)
  const version = from.int16()
  const topics = from.array(() => from.string())
  from.sizedBytes()
  return { topics, owned: version >= SUBSCRIPTION_VERSION ? readPartitions(from) : [] }
}

/** Which partitions a member gets (`ConsumerProtocolAssignment`). */
export function encodeAssignment(partitions: readonly PartitionName[]): Buffer {
  const to = new KafkaWriter(256)
  to.twoBytes(ASSIGNMENT_VERSION)
  writePartitions(to, partitions)
  to.sizedBytes(null)
  return Buffer.from(to.written)
}

/** Throws a RangeError for bytes that are none. No bytes are no partitions. */
export function decodeAssignment(bytes: Buffer): PartitionName[] {
  if (bytes.length === 0) return []
  const from = new KafkaReader(bytes, 0, bytes.length)
  from.int16()
  return readPartitions(from)
}

function writePartitions(to: KafkaWriter, partitions: readonly PartitionName[]): void {
  to.array([...groupBy(partitions, ({ topic }) => topic)], ([topic, each]) => {
    to.string(topic)
    to.array(each, ({ partition }) => to.fourBytes(partition))
  })
}

const readPartitions = (from: KafkaReader): PartitionName[] =>
  from
    .array(() => {
      const topic = from.string()
      return from.array(() => from.int32()).map((partition) => ({ topic, partition }))
    })
    .flat()
