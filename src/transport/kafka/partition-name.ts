import { quoteName } from '../../core/visible-text.js'

/** A partition, by name and number. */
export interface PartitionName {
  readonly topic: string
  readonly partition: number
}

/** A partition in words. */
export const placeOf = ({ topic, partition }: PartitionName): string =>
  `partition ${partition} of ${quoteName(topic)}`

/** A partition as the key of a map. */
export const nameOf = ({ topic, partition }: PartitionName): string => `${partition} ${topic}`
