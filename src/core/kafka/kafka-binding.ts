/** The facts of a message that only Kafka has: where it is, and what no other protocol says. */
export interface KafkaBinding {
  /**
   * The partition of a received message. Of a message to be published (which has no offset): the partition that it must go to; if absent,
   * the key decides, and without a key the publisher.
   */
  readonly partition?: number | undefined
  /** The position of a received message in its partition, from 0. */
  readonly offset?: number | undefined
  /** The time of the message is that at which the broker appended it, and not that of its publisher. */
  readonly isAppendTime?: boolean | undefined
  /** Places, from 0, of headers without a value, which is not an empty one. Counts only for headers that are empty. */
  readonly nullHeaders?: readonly number[] | undefined
}

/** The binding as the publisher sent it: without the facts of the delivery. */
export function publishedKafka(kafka: KafkaBinding | undefined): KafkaBinding | undefined {
  if (kafka === undefined || (kafka.offset === undefined && kafka.isAppendTime === undefined)) return kafka
  return kafka.nullHeaders === undefined ? undefined : { nullHeaders: kafka.nullHeaders }
}
