import type { TextOrBytes } from './message.js'

/** How much memory the payloads of one generation take. There are two, so that channels that come often are not forgotten. */
const MOST_BYTES = 32 * 1024 * 1024
/** What an entry costs besides its channel and payload. */
const ENTRY = 300

type Payload = Uint8Array | null

/**
 * Remembers the last payload of each channel, and there of each key, to tell whether the next one differs. Its memory is bounded: what was
 * not heard of for long is forgotten, and then its next payload is a change, as its first one. So is a payload that is too large to
 * remember.
 */
export class ChangedPayloads {
  #young = new Map<string, Payload>()
  #old = new Map<string, Payload>()
  #bytes = 0

  /** @param most the bytes of memory for one of two generations */
  constructor(private readonly most = MOST_BYTES) {}

  /**
   * Whether the payload differs from the last one of the channel, and of the key where it has one, and remembers it. No payload at all
   * differs from an empty one.
   */
  isChanged(channel: string, payload: Payload, key?: TextOrBytes): boolean {
    const place = key === undefined && !channel.startsWith('\0') ? channel : placeOf(channel, key)
    const isYoung = this.#young.has(place)
    const last = isYoung ? this.#young.get(place) : this.#old.get(place)
    const isSame = last !== undefined && areSame(last, payload)
    if (!isYoung || !isSame) this.#remember(place, payload, isYoung ? last : undefined)
    return !isSame
  }

  #remember(place: string, payload: Payload, replaced: Payload | undefined): void {
    if (replaced !== undefined) this.#bytes -= sizeOf(place, replaced)
    this.#young.delete(place)
    const size = sizeOf(place, payload)
    if (size > this.most) {
      this.#old.delete(place)
      return
    }
    if (this.#bytes + size > this.most) {
      this.#old = this.#young
      this.#young = new Map()
      this.#bytes = 0
    }
    this.#bytes += size
    // A received payload is a view, which is valid for a moment only.
    this.#young.set(place, payload && Uint8Array.prototype.slice.call(payload))
  }
}

const sizeOf = (place: string, payload: Payload) => ENTRY + 2 * place.length + (payload?.length ?? 0)

/** One text for a channel and a key, where there is one. The length says where the channel ends, so no two are the same. */
function placeOf(channel: string, key: TextOrBytes | undefined): string {
  const name = `\0${channel.length} ${channel}`
  if (key === undefined) return name
  return typeof key === 'string' ? `${name}t${key}` : `${name}b${Buffer.from(key).toString('latin1')}`
}

function areSame(one: Payload, other: Payload): boolean {
  if (one === null || other === null) return one === other
  return one.length === other.length && Buffer.compare(one, other) === 0
}
