import type { KafkaReader } from '../wire/kafka-reader.js'
import type { KafkaWriter } from '../wire/kafka-writer.js'

/**
 * One kind of request with its response. Only versions without tagged fields are spoken: brokers from 2.1 to 4 take them, and so do other
 * servers of the protocol.
 */
export interface Api<Request, Response> {
  /** As Kafka's documentation calls it. */
  readonly name: string
  /** Its number in the protocol. */
  readonly key: number
  readonly minVersion: number
  readonly maxVersion: number
  write(to: KafkaWriter, request: Request, version: number): void
  read(from: KafkaReader, version: number): Response
}

/** The partitions of a topic that a request or a response speaks of. */
export interface OfTopic<Partition> {
  readonly topic: string
  readonly partitions: readonly Partition[]
}

/** Writes an array of topics, each with an array of partitions. */
export function writeTopics<Partition>(
  to: KafkaWriter,
  topics: readonly OfTopic<Partition>[] | null,
  write: (partition: Partition) => void
): void {
  to.array(topics, ({ topic, partitions }) => {
    to.string(topic)
    to.array(partitions, write)
  })
}

/** Reads an array of topics, each with an array of partitions. */
export function readTopics<Partition>(from: KafkaReader, read: () => Partition): OfTopic<Partition>[] {
  return from.array(() => ({ topic: from.string(), partitions: from.array(read) }))
}
