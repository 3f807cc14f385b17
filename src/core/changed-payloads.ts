/** How much memory the payloads of one generation take. There are two, so that channels that come often are not forgotten. */
const MOST_BYTES = 32 * 1024 * 1024
/** What an entry costs besides its channel and payload. */
const ENTRY = 300

type Payload = Uint8Array | null

/**
 * Remembers the last payload of each channel, to tell whether the next one differs. Its memory is bounded: a channel that was not heard of
 * for long is forgotten, and then its next payload is a change, as its first one. So is a payload that is too large to remember.
 */
export class ChangedPayloads {
  #young = new Map<string, Payload>()
  #old = new Map<string, Payload>()
  #bytes = 0

  /** @param most the bytes of memory for one of two generations */
  constructor(private readonly most = MOST_BYTES) {}

  /** Whether the payload differs from the last one of the channel, and remembers it. No payload at all differs from an empty one. */
  isChanged(channel: string, payload: Payload): boolean {
    const isYoung = this.#young.has(channel)
    const last = isYoung ? this.#young.get(channel) : this.#old.get(channel)
    const isSame = last !== undefined && areSame(last, payload)
    if (!isYoung || !isSame) this.#remember(channel, payload, isYoung ? last : undefined)
    return !isSame
  }

  #remember(channel: string, payload: Payload, replaced: Payload | undefined): void {
    if (replaced !== undefined) this.#bytes -= sizeOf(channel, replaced)
    this.#young.delete(channel)
    const size = sizeOf(channel, payload)
    if (size > this.most) {
      this.#old.delete(channel)
      return
    }
    if (this.#bytes + size > this.most) {
      this.#old = this.#young
      this.#young = new Map()
      this.#bytes = 0
    }
    this.#bytes += size
    // A received payload is a view, which is valid for a moment only.
    this.#young.set(channel, payload && Uint8Array.prototype.slice.call(payload))
  }
}

const sizeOf = (channel: string, payload: Payload) => ENTRY + 2 * channel.length + (payload?.length ?? 0)

function areSame(one: Payload, other: Payload): boolean {
  if (one === null || other === null) return one === other
  return one.length === other.length && Buffer.compare(one, other) === 0
}
