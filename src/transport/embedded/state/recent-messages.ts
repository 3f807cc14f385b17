import type { BrokerMessage } from './broker-message.js'

/** Bytes that stay in memory. */
const ROOM = 8 * 1024 * 1024
const WORTH_COPYING = 4096

/** Stored messages whose content is in memory, too, because most messages are read soon. Older ones are only on the disk. */
export class RecentMessages {
  #messages: BrokerMessage[] = []
  #head = 0
  #bytes = 0

  add(message: BrokerMessage): void {
    this.#messages.push(message)
    this.#bytes += message.size
    while (this.#bytes > ROOM) {
      const oldest = this.#messages[this.#head++]
      if (oldest === undefined) break
      this.#bytes -= oldest.size
      if (oldest.place !== undefined) oldest.content = undefined
    }
    if (this.#head > WORTH_COPYING && this.#head * 2 > this.#messages.length) {
      this.#messages = this.#messages.slice(this.#head)
      this.#head = 0
    }
  }
}
