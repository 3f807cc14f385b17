/** The heartbeats of a connection: its own, and whether the other side is still heard. */
export class Pulse {
  readonly #onBeat: () => void
  readonly #onSilence: () => void
  #seconds = 0
  #beat: NodeJS.Timeout | undefined
  #silence: NodeJS.Timeout | undefined

  /** @param events `beat` twice in a heartbeat; `silent` once nothing was heard for two heartbeats */
  constructor(events: { beat(): void; silent(): void }) {
    this.#onBeat = () => events.beat()
    this.#onSilence = () => events.silent()
  }

  /** @param seconds the heartbeat that both sides agree on; 0 is none */
  start(seconds: number): void {
    this.#seconds = seconds
    if (seconds === 0) return
    this.#beat = setInterval(this.#onBeat, seconds * 500)
    this.heard()
  }

  /** Something came. */
  heard(): void {
    clearTimeout(this.#silence)
    if (this.#seconds > 0) this.#silence = setTimeout(this.#onSilence, this.#seconds * 2000)
  }

  stop(): void {
    this.#seconds = 0
    clearInterval(this.#beat)
    clearTimeout(this.#silence)
  }
}
