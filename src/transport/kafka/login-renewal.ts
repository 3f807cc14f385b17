import { sinceBoot } from '../clock/since-boot.js'

/** The share of the lifetime of a login after which the client logs in again (KIP-368). */
const DUE = 0.85

/** Logs in again on a network connection before the broker ends it. Meanwhile the broker takes no other request. */
export class LoginRenewal {
  readonly #logIn: () => Promise<number>
  readonly #onFailed: (error: unknown) => void
  /** In milliseconds since the machine's start; undefined where the login lasts for ever. */
  #dueAt: number | undefined
  #running: Promise<void> | undefined

  /**
   * @param lifetime milliseconds; 0 for ever
   * @param logIn logs in, and resolves with the next lifetime
   * @param onFailed the broker did not let the client in again
   */
  constructor(lifetime: number, logIn: () => Promise<number>, onFailed: (error: unknown) => void) {
    this.#logIn = logIn
    this.#onFailed = onFailed
    this.#begin(lifetime)
  }

  #begin(lifetime: number): void {
    this.#dueAt = lifetime > 0 ? sinceBoot() + lifetime * DUE : undefined
  }

  /** To be called before each request. Resolves once the client is logged in again, or cannot be; undefined where that is not due. */
  done(): Promise<void> | undefined {
    if (this.#running === undefined && this.#dueAt !== undefined && sinceBoot() >= this.#dueAt)
      this.#running = this.#logIn()
        .then((lifetime) => this.#begin(lifetime), this.#onFailed)
        .finally(() => {
          this.#running = undefined
        })
    return this.#running
  }
}
