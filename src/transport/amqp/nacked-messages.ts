import { sinceBoot } from '../clock/since-boot.js'
import { byTag, type SentBefore } from './unconfirmed.js'

/**
 * For how long messages are sent again, in milliseconds. A quorum queue whose leader has gone takes nothing until it has another one: 6.5 s
 * were seen on a busy machine.
 */
const PATIENCE = 10_000
/** The first pause, in milliseconds. Each one is twice as long as the one before, up to the longest. */
const FIRST = 100
const LONGEST = 1000

/**
 * Messages of one channel that the broker could not take (Nack). It does not say why: their queue is full, or has failed, or is about to
 * move to another node. They are sent again for a while; then the answer is final, for all that follow, too.
 */
export class NackedMessages {
  readonly #onFirst: () => void
  readonly #onDue: () => void
  readonly #patience: number
  #waiting: SentBefore[] = []
  /** When the first one came, since all was well. */
  #since: number | undefined
  #isSpent = false
  #pause = FIRST
  #timer: NodeJS.Timeout | undefined

  /**
   * @param onFirst called when messages are kept, and all was well before
   * @param onDue called when it is time to send again what `take` gives
   * @param patience in milliseconds
   */
  constructor(onFirst: () => void, onDue: () => void, patience = PATIENCE) {
    this.#onFirst = onFirst
    this.#onDue = onDue
    this.#patience = patience
  }

  get areWaiting(): boolean {
    return this.#waiting.length > 0
  }

  /** Keeps a message, to be sent again. False if the answer of the broker is final. */
  keep(message: SentBefore): boolean {
    if (this.#isSpent) return false
    if (this.#since === undefined) {
      this.#since = sinceBoot()
      this.#onFirst()
    }
    this.#isSpent = sinceBoot() - this.#since > this.#patience
    if (!this.#isSpent) this.#waiting.push(message)
    return !this.#isSpent
  }

  /** Everything that was sent has its answer, and messages wait. */
  pause(): void {
    if (this.#timer !== undefined) return
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      this.#onDue()
    }, this.#pause)
    this.#pause = Math.min(LONGEST, 2 * this.#pause)
  }

  /** Takes out what waits, in the order in which it was sent. */
  take(): SentBefore[] {
    clearTimeout(this.#timer)
    this.#timer = undefined
    return this.#waiting.splice(0).sort(byTag)
  }

  /** Whether new messages may be sent: not before all that was sent again has its answer. */
  isOver(areAllSettled: boolean): boolean {
    if (this.#since === undefined) return true
    if (!areAllSettled || this.areWaiting) return false
    this.#since = undefined
    this.#pause = FIRST
    return true
  }
}
