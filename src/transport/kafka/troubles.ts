import { sinceBoot } from '../clock/since-boot.js'

/** Milliseconds for which something may not work before a person is told: a cluster gives partitions to other brokers sooner. */
const PATIENCE = 10_000

interface Trouble {
  /** In milliseconds since the machine's start. */
  readonly since: number
  last: number
  isTold: boolean
}

/** What does not work at present and is tried again and again. A person is told of what lasts, once, and when it is over. */
export class Troubles {
  readonly #tell: (text: string) => void
  readonly #now: () => number
  readonly #open = new Map<string, Trouble>()

  /** @param now milliseconds on a clock that never jumps */
  constructor(tell: (text: string) => void, now = sinceBoot) {
    this.#tell = tell
    this.#now = now
  }

  /**
   * It was tried, and failed.
   * @param what it was, as it follows "cannot"
   */
  met(what: string, why: string): void {
    const now = this.#now()
    const known = this.#open.get(what)
    // One that was met long ago and never again had another end.
    const goesOn = known !== undefined && now - known.last < PATIENCE
    const trouble = goesOn ? known : { since: now, last: now, isTold: false }
    trouble.last = now
    this.#open.set(what, trouble)
    if (trouble.isTold || now - trouble.since < PATIENCE) return
    trouble.isTold = true
    this.#tell(`cannot ${what} at present: ${why}; trying again`)
  }

  /** Whether there is any. Nearly always there is none, and then nobody has to find words for what works. */
  get areAny(): boolean {
    return this.#open.size > 0
  }

  /** It works, and a person is told so in another way. */
  forget(what: string): void {
    this.#open.delete(what)
  }

  /** It was tried, and works. */
  over(what: string): void {
    const trouble = this.#open.get(what)
    this.#open.delete(what)
    if (trouble?.isTold === true) this.#tell(`it works again: ${what}`)
  }
}
