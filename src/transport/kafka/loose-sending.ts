import type { Unread } from '../../core/connection.js'
import { apiVersions } from './api/api-versions.js'
import { type ProduceRequest, produce } from './api/produce.js'
import type { NodeConnection } from './node-connection.js'
import type { Run } from './partition-queue.js'

/**
 * Sends what no broker answers (acks=0). Counts which messages the brokers have shown to have read: a broker answers in order, so an answer to
 * a later request shows that it has read all requests before.
 */
export class LooseSending {
  /** Messages that each network connection has taken, and that nothing shows to be read. */
  readonly #unread = new Map<NodeConnection, number>()
  #lost = 0
  #lossReason: string | undefined

  /** Resolves once the network has taken the request. Rejects with a LostNodeError; the messages are given up then. */
  async send(node: NodeConnection, request: ProduceRequest, runs: readonly Run[]): Promise<void> {
    try {
      await node.sendOnly(produce, request)
    } catch (error) {
      for (const { open, count } of runs) open.giveUp(count)
      throw error
    }
    const count = runs.reduce((sum, run) => sum + run.count, 0)
    this.#unread.set(node, (this.#unread.get(node) ?? 0) + count)
    for (const run of runs) run.open.send(run.count)
  }

  /** As `BrokerConnection.confirmRead`. */
  async confirmRead(): Promise<Unread> {
    await Promise.all(
      [...this.#unread].map(async ([node, count]) => {
        try {
          await node.request(apiVersions, undefined)
        } catch {
          this.#lost += count
          this.#lossReason ??= await node.ended
        }
        this.#unread.delete(node)
      })
    )
    const count = this.#lost
    this.#lost = 0
    return { count, ...(count > 0 && this.#lossReason !== undefined && { reason: this.#lossReason }) }
  }
}
