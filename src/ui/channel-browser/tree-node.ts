import type { ChannelEntry } from '../../core/catalogue/channel-entry.js'

/** Seconds of a branch's live messages that are kept for its sparkline. */
const REMEMBERED_SECONDS = 60
const RATE_SECONDS = 10
/** A level of the tree: a channel, the beginning of channels, or both. */
export interface TreeNode {
  /** The levels from the root to here, joined by the tree's separator. */
  readonly path: string
  /** Its own level, which may be empty. */
  readonly level: string
  readonly parent: TreeNode | undefined
  /** In natural order: `2` before `10`. */
  readonly children: readonly TreeNode[]
  /** The channel of this name, if there is one. */
  readonly entry: ChannelEntry | undefined
  /**
   * The number of channels here and below. Their messages, live messages and latest time (0 while no message came), as of the last
   * `refresh`.
   */
  readonly channels: number
  readonly count: number
  readonly live: number
  readonly lastSeen: number
  /** The channel here or below that had the latest message, as of the last `refresh`; undefined while no message came. */
  readonly newest: ChannelEntry | undefined
  /** Live messages per second here and below. */
  rate(now: number): number
  /** Live messages here and below in each of the last seconds, oldest first. */
  samples(now: number, seconds: number): number[]
}

const collator = new Intl.Collator('en', { numeric: true })

function inOrder(a: string, b: string): number {
  return collator.compare(a, b) || (a < b ? -1 : a > b ? 1 : 0)
}

/** Up to so many children are found one by one, and their list is copied to grow: a `Map` and spare room would take more than the nodes. */
const FEW = 8
const NO_CHILDREN: ChannelNode[] = []
const NO_SECONDS: number[] = []

/** A node as its tree changes it. */
export class ChannelNode implements TreeNode {
  children = NO_CHILDREN
  entry: ChannelEntry | undefined
  channels = 0
  count = 0
  live = 0
  lastSeen = 0
  newest: ChannelEntry | undefined
  /** What was summed up of its own channel. */
  #own = 0
  #seen = 0
  #ownLive = 0
  #byLevel: Map<string, ChannelNode> | undefined
  #seconds = NO_SECONDS
  #liveBefore: number | undefined

  constructor(
    readonly path: string,
    readonly level: string,
    readonly parent: ChannelNode | undefined
  ) {}

  child(level: string): ChannelNode | undefined {
    if (this.#byLevel) return this.#byLevel.get(level)
    for (const child of this.children) if (child.level === level) return child
    return undefined
  }

  /** @param path the levels from the root to the new node, joined */
  add(level: string, path: string): ChannelNode {
    const child = new ChannelNode(path, level, this)
    let low = 0
    let high = this.children.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (inOrder(this.children[middle]?.level ?? '', level) < 0) low = middle + 1
      else high = middle
    }
    if (this.children.length >= FEW) this.children.splice(low, 0, child)
    else this.children = [...this.children.slice(0, low), child, ...this.children.slice(low)]
    if (this.#byLevel) this.#byLevel.set(level, child)
    else if (this.children.length > FEW)
      this.#byLevel = new Map(this.children.map((each) => [each.level, each]))
    return child
  }

  /** The only channel here and below; undefined if there are more. */
  get #only(): ChannelEntry | undefined {
    let node: ChannelNode = this
    for (let child = node.children[0]; child && node.channels === 1; child = node.children[0]) node = child
    return node.children.length === 0 ? node.entry : undefined
  }

  rate(now: number): number {
    const only = this.#only
    if (only) return only.rate(now)
    const seconds = this.#seconds.slice(-RATE_SECONDS)
    return seconds.length === 0 ? 0 : seconds.reduce((sum, live) => sum + live, 0) / seconds.length
  }

  samples(now: number, seconds: number): number[] {
    const only = this.#only
    if (only) return only.samples(now, seconds)
    const known = this.#seconds.slice(-seconds)
    return [...new Array<number>(seconds - known.length).fill(0), ...known]
  }

  /** Adds what came on its own channel since the last call to the sums, here and above. */
  sumUp(): void {
    const { entry } = this
    if (!entry || (entry.total === this.#own && entry.count === this.#seen)) return
    const count = entry.total - this.#own
    this.#seen = entry.count
    const live = entry.live - this.#ownLive
    const lastSeen = entry.lastSeen ?? 0
    this.#own = entry.total
    this.#ownLive = entry.live
    for (let node: ChannelNode | undefined = this; node; node = node.parent) {
      node.count += count
      node.live += live
      if (lastSeen <= node.lastSeen) continue
      node.lastSeen = lastSeen
      node.newest = entry
    }
  }

  /** Stores the messages of the seconds that went by. */
  remember(seconds: number): void {
    const came = Math.max(0, this.live - (this.#liveBefore ?? 0))
    this.#liveBefore = this.live
    // Until then it is as its only channel is.
    if (this.channels === 1) return
    if (this.#seconds === NO_SECONDS) this.#seconds = []
    for (let i = 0; i < Math.min(seconds, REMEMBERED_SECONDS); i++) this.#seconds.push(came / seconds)
    while (this.#seconds.length > REMEMBERED_SECONDS) this.#seconds.shift()
  }

  /** Gives `twin` a copy of everything that is below here, but for the sums. `seen` is told of every copy. */
  copyBelow(
    twin: ChannelNode,
    freeze: (entry: ChannelEntry) => ChannelEntry,
    seen: (copy: ChannelNode) => void
  ): void {
    twin.channels = this.channels
    twin.#liveBefore = this.#liveBefore
    if (this.#seconds !== NO_SECONDS) twin.#seconds = this.#seconds.slice()
    if (this.children.length === 0) return
    twin.children = this.children.map((child) => {
      const copy = new ChannelNode(child.path, child.level, twin)
      copy.entry = child.entry && freeze(child.entry)
      seen(copy)
      child.copyBelow(copy, freeze, seen)
      return copy
    })
    if (this.#byLevel) twin.#byLevel = new Map(twin.children.map((each) => [each.level, each]))
  }
}
