import type { Api } from './api.js'
import { rightsOf } from './rights.js'

export interface MetadataRequest {
  /** Null: all topics. */
  readonly topics: readonly string[] | null
  /** Ask what this user may do with the cluster and the topics, where the broker can say it. */
  readonly rights?: boolean
}

export interface BrokerNode {
  readonly id: number
  readonly host: string
  readonly port: number
  readonly rack: string | null
}

export interface PartitionMetadata {
  readonly error: number
  readonly partition: number
  /** The number of the broker that leads the partition; -1 where none does. */
  readonly leader: number
  readonly replicas: readonly number[]
  /** The replicas that have everything. */
  readonly inSync: readonly number[]
}

export interface TopicMetadata {
  readonly error: number
  readonly topic: string
  readonly isInternal: boolean
  readonly partitions: readonly PartitionMetadata[]
  /** Bits, one for each kind of operation; undefined where the broker does not say it. */
  readonly rights?: number
}

export interface MetadataResponse {
  readonly brokers: readonly BrokerNode[]
  readonly clusterId: string | null
  readonly controller: number
  readonly topics: readonly TopicMetadata[]
  readonly rights?: number
}

/** Which brokers there are, which topics, and who leads their partitions. A topic that does not exist is never created by it. */
export const metadata: Api<MetadataRequest, MetadataResponse> = {
  name: 'Metadata',
  key: 3,
  minVersion: 7,
  maxVersion: 8,
  write(to, { topics, rights = false }, version) {
    to.array(topics, (topic) => to.string(topic))
    to.boolean(false)
    if (version >= 8) {
      to.boolean(rights)
      to.boolean(rights)
    }
  },
  read(from, version) {
    from.int32()
    return {
      brokers: from.array(() => ({
        id: from.int32(),
        host: from.string(),
        port: from.int32(),
        rack: from.nullableString()
      })),
      clusterId: from.nullableString(),
      controller: from.int32(),
      topics: from.array(() => ({
        error: from.int16(),
        topic: from.string(),
        isInternal: from.boolean(),
        partitions: from.array(() => {
          const error = from.int16()
          const partition = from.int32()
          const leader = from.int32()
          from.int32()
          const replicas = from.array(() => from.int32())
          const inSync = from.array(() => from.int32())
          from.array(() => from.int32())
          return { error, partition, leader, replicas, inSync }
        }),
        ...(version >= 8 && rightsOf(from.int32()))
      })),
      ...(version >= 8 && rightsOf(from.int32()))
    }
  }
}
