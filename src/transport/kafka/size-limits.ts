import type { Cluster } from './cluster.js'
import { topicSettings } from './topic-settings.js'

/** The setting that bounds a batch. */
export const SIZE_LIMIT = 'max.message.bytes'

/** How many bytes topics take in one batch. Each topic is asked about once, when that matters. */
export class SizeLimits {
  readonly #cluster: Cluster
  readonly #known = new Map<string, Promise<number>>()

  constructor(cluster: Cluster) {
    this.#cluster = cluster
  }

  /** Bytes; infinity where the broker does not tell. Never rejects. */
  of(topic: string): Promise<number> {
    let limit = this.#known.get(topic)
    if (limit === undefined) {
      limit = topicSettings(topic, [SIZE_LIMIT], this.#cluster).then((settings) =>
        Number(settings.get(SIZE_LIMIT) ?? Number.POSITIVE_INFINITY)
      )
      this.#known.set(topic, limit)
    }
    return limit
  }
}
