import type { Unread } from '../../core/connection.js'
import { formatGrouped } from '../../core/grouped-number.js'
import { quoteName } from '../../core/visible-text.js'
import { apiVersions } from './api/api-versions.js'
import { type ProduceRequest, produce } from './api/produce.js'
import type { Cluster } from './cluster.js'
import type { NodeConnection } from './node-connection.js'
import type { Run } from './partition-queue.js'
import { SIZE_LIMIT } from './size-limits.js'
import { topicSettings } from './topic-settings.js'

/** The largest batch that a network connection has taken, of all that nothing shows to be read. */
interface Largest {
  readonly topic: string
  readonly bytes: number
}

interface Unassured {
  count: number
  largest: Largest
}

/**
 * Sends what no broker answers (acks=0). Counts which messages the brokers have shown to have read: a broker answers in order, so an answer to
 * a later request shows that it has read all requests before.
 */
export class LooseSending {
  readonly #cluster: Cluster
  /** What each network connection has taken, and nothing shows to be read. */
  readonly #unread = new Map<NodeConnection, Unassured>()
  #lost = 0
  #lossReason: string | undefined

  constructor(cluster: Cluster) {
    this.#cluster = cluster
  }

  /** Resolves once the network has taken the request. Rejects with a LostNodeError; the messages are given up then. */
  async send(node: NodeConnection, request: ProduceRequest, runs: readonly Run[]): Promise<void> {
    const known = this.#unread.get(node)
    const unassured = known ?? { count: 0, largest: { topic: '', bytes: 0 } }
    unassured.largest = largestOf(request, unassured.largest)
    this.#unread.set(node, unassured)
    try {
      await node.sendOnly(produce, request)
    } catch (error) {
      for (const { open, count } of runs) open.giveUp(count)
      throw error
    }
    unassured.count += runs.reduce((sum, run) => sum + run.count, 0)
    for (const run of runs) run.open.send(run.count)
  }

  /** As `BrokerConnection.confirmRead`. */
  async confirmRead(): Promise<Unread> {
    await Promise.all(
      [...this.#unread].map(async ([node, { count, largest }]) => {
        try {
          await node.request(apiVersions, undefined)
        } catch {
          this.#lost += count
          this.#lossReason ??= `${await node.ended}${await this.#whyPerhaps(largest)}`
        }
        this.#unread.delete(node)
      })
    )
    const count = this.#lost
    this.#lost = 0
    return { count, ...(count > 0 && this.#lossReason !== undefined && { reason: this.#lossReason }) }
  }

  /** A broker that does not answer closes the connection on what it does not take. The size is the usual reason. */
  async #whyPerhaps({ topic, bytes }: Largest): Promise<string> {
    const settings = await topicSettings(topic, [SIZE_LIMIT], this.#cluster)
    const limit = Number(settings.get(SIZE_LIMIT) ?? Number.POSITIVE_INFINITY)
    if (bytes <= limit) return ''
    return `, perhaps because of ${formatGrouped(bytes)} bytes that were sent together: the topic ${quoteName(topic)} takes ${formatGrouped(limit)} (${SIZE_LIMIT})`
  }
}

function largestOf({ topics }: ProduceRequest, before: Largest): Largest {
  let largest = before
  for (const { topic, partitions } of topics)
    for (const { records } of partitions)
      if (records.length > largest.bytes) largest = { topic, bytes: records.length }
  return largest
}
