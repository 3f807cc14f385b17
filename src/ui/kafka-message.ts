import type { MessageFacts } from '../core/message.js'

// Kafka's printer: what only messages of Kafka say, in words.

/** Where a message is or is to go, for a line of properties: `partition 0`, `offset 12`. */
export function kafkaProperties(message: MessageFacts): string[] {
  return placeOf(message).map(([name, value]) => `${name} ${value}`)
}

/** The same for the browser, and who has set the time. */
export function kafkaFacts(message: MessageFacts): (readonly [name: string, value: string])[] {
  const setBy = ['its time', 'set by the broker, which stored it then'] as const
  return [...placeOf(message), ...(isStoredTime(message) ? [setBy] : [])]
}

function placeOf({ kafka: { partition, offset } = {} }: MessageFacts): (readonly [string, string])[] {
  return [
    ...(partition === undefined ? [] : [['partition', String(partition)] as const]),
    ...(offset === undefined ? [] : [['offset', String(offset)] as const])
  ]
}

/** The message without where it is: each message of Kafka is somewhere, and most people do not ask where. */
export function withoutPlace<T extends MessageFacts>(message: T): T {
  return message.kafka === undefined ? message : { ...message, kafka: undefined }
}

/** Whether the broker, and not the publisher, has set the time of the message. */
export const isStoredTime = ({ kafka }: MessageFacts): boolean => kafka?.isAppendTime === true

/** Whether the header of this place, from 0, has no value, which is not an empty one. */
export const hasNoValue = ({ kafka, headers }: MessageFacts, index: number): boolean =>
  kafka?.nullHeaders?.includes(index) === true && headers[index]?.[1].length === 0

/** The partition, for a format. */
export const partitionOf = ({ kafka }: MessageFacts): number | undefined => kafka?.partition
