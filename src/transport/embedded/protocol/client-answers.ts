import type { PacketOutput } from './packet-output.js'

/** Writes answers to one client, as large and in as many words as it wants. */
export class ClientAnswers {
  readonly #output: PacketOutput
  /** The client wants no reasons in words [MQTT-3.1.2-29]. */
  isTerse = false

  constructor(output: PacketOutput) {
    this.#output = output
  }

  /** Answers a SUBSCRIBE or UNSUBSCRIBE. False: the client takes no packet of that size. */
  answer(kind: number, body: Uint8Array): boolean {
    if (!this.#output.takes(body.length)) return false
    this.#output.packet(kind << 4, body)
    return true
  }

  /**
   * Sends a refusal: with its reason in words where the client wants words and takes so large a packet [MQTT-3.2.2-19].
   * @param body makes the packet's body; `undefined`: the client's version has no such packet
   */
  refuse(kind: number, body: (why: string) => Uint8Array | undefined, why: string): void {
    const long = this.isTerse ? undefined : body(why)
    const told = long !== undefined && this.#output.takes(long.length) ? long : body('')
    if (told !== undefined) this.answer(kind, told)
  }
}
