import { TidingsError } from '../../core/errors.js'
import { quoteName } from '../../core/visible-text.js'
import { pause } from '../connecting/back-off.js'
import type { Api } from './api/api.js'
import { findCoordinator } from './api/find-coordinator.js'
import type { Cluster, Lane } from './cluster.js'
import { ERROR, errorWords, isPassing } from './error-codes.js'
import { type Asker, askForRight } from './missing-right.js'
import { LostNodeError } from './node-connection.js'

/** Milliseconds between attempts. */
const PAUSE = 100

/** The broker that keeps a group, followed where the cluster gives the group to another broker. */
export class Coordinator {
  readonly group: string
  readonly #cluster: Cluster
  #node: number | undefined

  constructor(cluster: Cluster, group: string) {
    this.#cluster = cluster
    this.group = group
  }

  /**
   * Sends a request to the coordinator, as often as it takes to reach it.
   * @param errorOf the error in an answer
   * @param allowed milliseconds that the request itself lets the broker wait
   * @param lane another one for a request that the broker lets wait for the other members, so that it does not hold up commits
   * @returns the answer, which may have an error that another attempt does not mend. Rejects once the cluster has ended.
   * @throws TidingsError of kind refused: this user may not use the group
   */
  async request<Request, Response>(
    api: Api<Request, Response>,
    request: Request,
    errorOf: (answer: Response) => number,
    allowed = 0,
    lane: Lane = 'group'
  ): Promise<Response> {
    for (;;) {
      this.#cluster.signal.throwIfAborted()
      try {
        const node = await this.#cluster.node(await this.#find(), lane)
        const answer = await node.request(api, request, allowed)
        const error = errorOf(answer)
        if (error === ERROR.groupAuthorizationFailed) throw this.#refused(error)
        if (!isPassing(error)) {
          this.#cluster.troubles.over(this.#what)
          return answer
        }
        this.#cluster.troubles.met(this.#what, errorWords(error))
      } catch (error) {
        if (!(error instanceof LostNodeError)) throw error
      }
      this.#node = undefined
      await pause(PAUSE, this.#cluster.signal)
    }
  }

  async #find(): Promise<number> {
    while (this.#node === undefined) {
      const { error, node } = await this.#cluster.ask(findCoordinator, this.group)
      if (error === ERROR.groupAuthorizationFailed) throw this.#refused(error)
      if (error === ERROR.none) {
        // The broker may be new.
        await this.#cluster.metadata({ topics: [] })
        this.#node = node
      } else if (isPassing(error)) {
        this.#cluster.troubles.met(this.#what, errorWords(error))
        await pause(PAUSE, this.#cluster.signal)
      } else throw this.#refused(error)
      this.#cluster.signal.throwIfAborted()
    }
    return this.#node
  }

  /** For commands that give this user rights. */
  get asker(): Asker {
    return this.#cluster.asker
  }

  get #what(): string {
    return `use the group ${quoteName(this.group)}`
  }

  #refused(code: number): TidingsError {
    const isForbidden = code === ERROR.groupAuthorizationFailed
    return new TidingsError('refused', `cannot ${this.#what}: ${errorWords(code)}`, {
      code: isForbidden ? 'not-authorized' : 'group-refused',
      suggestion: isForbidden
        ? askForRight({ operation: 'Read', on: ['--group', this.group] }, this.asker)
        : 'take another name for the group, or look at what the broker has: tidings broker check'
    })
  }
}
