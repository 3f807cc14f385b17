import type { ChannelEntry, RememberedMessage } from '../../core/catalogue/channel-entry.js'
import { payloadBytes, payloadSize } from '../../core/message.js'
import type { TextSearch } from './text-search.js'

/** Where a search looks. */
export type SearchScope = 'both' | 'names' | 'payloads'

/** Where it looks after Tab. */
export function nextScope(scope: SearchScope): SearchScope {
  return scope === 'both' ? 'names' : scope === 'names' ? 'payloads' : 'both'
}

/** What a message costs besides its bytes, and a name besides its characters. */
const MESSAGE_COST = 64
const NAME_COST = 8

/** The payload as the search sees it. */
export function searchedText(message: RememberedMessage): string {
  const { buffer, byteOffset, byteLength } = payloadBytes(message)
  return Buffer.from(buffer, byteOffset, byteLength).toString('utf8')
}

/** What the search knows of a channel. */
interface Searched {
  /** How many messages had come when the search looked. */
  to: number
  /** The sequence numbers of the kept messages that match; undefined while none does. */
  matching: number[] | undefined
  isNamed: boolean
}

/**
 * Finds the channels whose name matches, or that have a kept message whose payload does. A channel that was found stays found. The search
 * works in steps, so that a large catalogue does not block the screen, and it reads every name and every message once.
 */
export class ChannelSearch {
  /** What is looked for in names and in payloads; undefined where nothing is looked for. */
  readonly inNames: TextSearch | undefined
  readonly inPayloads: TextSearch | undefined
  readonly #searched: Searched[] = []
  readonly #found = new Map<string, Searched>()
  #next = 0
  #inPart = 0
  #hits = 0
  #counted:
    | { readonly accepts: (channel: string) => boolean; readonly of: number; readonly hits: number }
    | undefined

  constructor(
    readonly wanted: TextSearch,
    readonly scope: SearchScope
  ) {
    this.inNames = scope === 'payloads' ? undefined : wanted
    this.inPayloads = scope === 'names' ? undefined : wanted
  }

  /** Grows with every channel found. */
  get found(): number {
    return this.#found.size
  }

  /** Payloads of which only the beginning is kept, and has not what is looked for. */
  get inPart(): number {
    return this.#inPart
  }

  /** The names and kept messages that match, of the channels that are accepted; of all if `accepts` is absent. */
  hits(accepts: ((channel: string) => boolean) | undefined): number {
    if (!accepts) return this.#hits
    const known = this.#counted
    if (known?.accepts === accepts && known.of === this.#hits) return known.hits
    let hits = 0
    for (const [name, searched] of this.#found) if (accepts(name)) hits += hitsOf(searched)
    this.#counted = { accepts, of: this.#hits, hits }
    return hits
  }

  has(channel: string): boolean {
    return this.#found.has(channel)
  }

  /** Continues through about `budget` bytes. Returns whether all that is known now has been searched. */
  advance(channels: readonly ChannelEntry[], budget: number): boolean {
    let left = budget
    for (let step = 0; step < channels.length; step++) {
      if (left <= 0) return false
      if (this.#next >= channels.length) this.#next = 0
      const entry = channels[this.#next]
      if (entry) left -= this.#look(this.#next, entry)
      this.#next++
    }
    return true
  }

  #look(index: number, entry: ChannelEntry): number {
    const known = this.#searched[index]
    if (known?.to === entry.count) return 0
    const searched = known ?? {
      to: 0,
      matching: undefined,
      isNamed: this.inNames?.matches(entry.name) === true
    }
    this.#searched[index] = searched
    const before = known ? hitsOf(known) : 0
    const cost = this.inPayloads ? this.#read(entry, searched, this.inPayloads) : 0
    searched.to = entry.count
    const hits = hitsOf(searched)
    this.#hits += hits - before
    if (hits > 0 && before === 0) this.#found.set(entry.name, searched)
    return cost + (known ? 0 : entry.name.length + NAME_COST)
  }

  #read({ history }: ChannelEntry, searched: Searched, wanted: TextSearch): number {
    let cost = 0
    const matching: number[] = []
    for (let at = history.length - 1; at >= 0; at--) {
      const message = history[at]
      if (!message || message.sequence <= searched.to) break
      cost += payloadSize(message) + MESSAGE_COST
      if (wanted.matches(searchedText(message))) matching.unshift(message.sequence)
      else if (payloadSize(message) < message.size) this.#inPart++
    }
    const oldest = history[0]?.sequence ?? 0
    const kept = searched.matching?.filter((sequence) => sequence >= oldest) ?? []
    searched.matching = kept.length + matching.length > 0 ? [...kept, ...matching] : undefined
    return cost
  }
}

function hitsOf({ isNamed, matching }: Searched): number {
  return (isNamed ? 1 : 0) + (matching?.length ?? 0)
}
