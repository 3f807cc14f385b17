import type { AmqpNetworkConnection } from './network-connection.js'

/** The broker at which a queue is. Nodes of one cluster share their queues. */
export interface QueuePlace {
  /** Without credentials. */
  readonly url: string
  /** The name of the cluster, where the broker tells it. RabbitMQ does. */
  readonly cluster: string | undefined
}

export const placeOf = ({ traits, agreement }: AmqpNetworkConnection): QueuePlace => ({
  url: traits.url,
  cluster: agreement.broker.get('cluster_name')
})

/** Whether both have the same queues. */
export const isSamePlace = (one: QueuePlace, other: QueuePlace): boolean =>
  one.cluster !== undefined && other.cluster !== undefined
    ? one.cluster === other.cluster
    : one.url === other.url
