import type { ByteWriter } from '../byte-writer.js'
import { formatTimestamp } from '../timestamp.js'

/** Writes one member of envelopes that is a time. The text of the last second is kept, because consecutive messages mostly share it. */
export class TimeMember {
  readonly #start: string
  readonly #text = Buffer.alloc(64)
  #written: Uint8Array = this.#text
  #lastTime = Number.NaN
  #lastSecond = Number.NaN

  constructor(name: 'time' | 'sourceTime') {
    this.#start = `,"${name}":"`
  }

  /** @param time microseconds since 1970 */
  write(time: number, into: ByteWriter): void {
    if (time !== this.#lastTime) this.#format(time)
    into.writeBytes(this.#written)
  }

  #format(time: number): void {
    const second = Math.floor(time / 1_000_000)
    if (second !== this.#lastSecond) {
      const length = this.#text.write(`${this.#start}${formatTimestamp(second * 1_000_000)}"`)
      this.#written = this.#text.subarray(0, length)
      this.#lastSecond = second
    }
    // The six digits of the microseconds stand before `Z"`.
    let rest = Math.floor(time - second * 1_000_000)
    const { length } = this.#written
    for (let at = length - 3; at > length - 9; at--) {
      this.#text[at] = 0x30 + (rest % 10)
      rest = Math.floor(rest / 10)
    }
    this.#lastTime = time
  }
}
