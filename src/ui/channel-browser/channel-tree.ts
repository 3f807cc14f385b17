import type { ChannelEntry } from '../../core/catalogue/channel-entry.js'

/** Seconds of a branch's live messages that are kept for its sparkline. */
const REMEMBERED_SECONDS = 60
const RATE_SECONDS = 10
// Microseconds per channel between two sums: a sum in every frame up to 20,000 channels, and four sums a second at 100,000. Summing then
// takes a fiftieth of the time at any size.
const SUM_INTERVAL = 2.5

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

// A channel may have 65,535 levels, and a path for each of them would take gigabytes. Levels from this depth on share one node.
const DEEPEST = 64
// Many channels with many levels each would take gigabytes, too. Beyond so many nodes, all levels from the second on share one node.
const MOST_NODES = 250_000

/** Up to so many children are found one by one, and their list is copied to grow: a `Map` and spare room would take more than the nodes. */
const FEW = 8
const NO_CHILDREN: Node[] = []
const NO_SECONDS: number[] = []

class Node implements TreeNode {
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
  #byLevel: Map<string, Node> | undefined
  #seconds = NO_SECONDS
  #liveBefore: number | undefined

  constructor(
    readonly path: string,
    readonly level: string,
    readonly parent: Node | undefined
  ) {}

  child(level: string): Node | undefined {
    if (this.#byLevel) return this.#byLevel.get(level)
    for (const child of this.children) if (child.level === level) return child
    return undefined
  }

  /** @param path the levels from the root to the new node, joined */
  add(level: string, path: string): Node {
    const child = new Node(path, level, this)
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
    let node: Node = this
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
    for (let node: Node | undefined = this; node; node = node.parent) {
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
  copyBelow(twin: Node, freeze: (entry: ChannelEntry) => ChannelEntry, seen: (copy: Node) => void): void {
    twin.channels = this.channels
    twin.#liveBefore = this.#liveBefore
    if (this.#seconds !== NO_SECONDS) twin.#seconds = this.#seconds.slice()
    if (this.children.length === 0) return
    twin.children = this.children.map((child) => {
      const copy = new Node(child.path, child.level, twin)
      copy.entry = child.entry && freeze(child.entry)
      seen(copy)
      child.copyBelow(copy, freeze, seen)
      return copy
    })
    if (this.#byLevel) twin.#byLevel = new Map(twin.children.map((each) => [each.level, each]))
  }
}

/** The channels as a tree. Adding a channel takes time in proportion to its levels. A refresh is linear and does no look-ups. */
export class ChannelTree {
  readonly #root = new Node('', '', undefined)
  readonly #nodes: Node[] = []
  /** Those with a channel, and those with something below. */
  readonly #channels: Node[] = []
  readonly #branches: Node[] = [this.#root]
  #grown = 0
  #second: number | undefined
  #summedAt = 0

  constructor(
    /** What divides the levels of channels. */
    readonly separator: string,
    private readonly mostNodes = MOST_NODES
  ) {}

  /** Grows whenever a channel appears. */
  get revision(): number {
    return this.#grown
  }

  /** Live messages per second on all channels. */
  get rate(): number {
    return this.#root.rate(0)
  }

  /** The first levels. */
  get roots(): readonly TreeNode[] {
    return this.#root.children
  }

  /**
   * Adds the channels that are new since the last call, and sums up; a large tree is summed up less often. `channels` only ever grows at
   * its end.
   */
  refresh(channels: readonly ChannelEntry[], now: number): void {
    const hasGrown = channels.length > this.#grown
    for (; this.#grown < channels.length; this.#grown++) {
      const entry = channels[this.#grown]
      if (entry) this.#add(entry)
    }
    if (!hasGrown && Math.abs(now - this.#summedAt) < this.#channels.length * SUM_INTERVAL) return
    this.#summedAt = now
    this.#sumUp()
    this.#remember(now)
  }

  #sumUp(): void {
    for (const node of this.#channels) node.sumUp()
  }

  #remember(now: number): void {
    const second = Math.floor(now / 1e6)
    // The wall clock may be set back.
    if (this.#second === undefined || second < this.#second) this.#second = second
    if (second > this.#second) {
      const passed = second - this.#second
      for (const node of this.#branches) node.remember(passed)
      this.#second = second
    }
  }

  /** The node of that path, if there is one. */
  find(path: string): TreeNode | undefined {
    let node: Node | undefined = this.#root
    for (let from = 0; node && from <= path.length; ) {
      const end = levelEnd(path, from, this.separator)
      // The last levels may share one node.
      const last: Node | undefined = node.child(path.slice(from))
      if (last) return last
      node = node.child(path.slice(from, end))
      from = end + this.separator.length
    }
    return undefined
  }

  /** A copy of the tree with the entries that `freeze` returns. Later messages do not change the copy. */
  frozen(freeze: (entry: ChannelEntry) => ChannelEntry): ChannelTree {
    const copy = new ChannelTree(this.separator, this.mostNodes)
    this.#root.copyBelow(copy.#root, freeze, (node) => {
      copy.#nodes.push(node)
      if (node.entry) copy.#channels.push(node)
    })
    copy.#sumUp()
    copy.#grown = this.#grown
    return copy
  }

  #add(entry: ChannelEntry): void {
    const added = this.#nodeOf(entry.name)
    added.entry = entry
    this.#channels.push(added)
    for (let node: Node | undefined = added; node; node = node.parent) node.channels++
  }

  #nodeOf(path: string): Node {
    let node = this.#root
    for (let from = 0, depth = 1; from <= path.length; depth++) {
      let end = depth === DEEPEST ? path.length : levelEnd(path, from, this.separator)
      // A part of a text is a view of it: the nodes have no texts of their own.
      let level = path.slice(from, end)
      let child = node.child(level)
      if (!child && depth > 1 && this.#nodes.length >= this.mostNodes) {
        end = path.length
        level = path.slice(from)
        child = node.child(level)
      }
      if (!child) {
        child = node.add(level, end === path.length ? path : path.slice(0, end))
        this.#nodes.push(child)
        if (node.children.length === 1 && node !== this.#root) this.#branches.push(node)
      }
      node = child
      from = end + this.separator.length
    }
    return node
  }
}

/** Where the level that begins at `from` ends. */
function levelEnd(path: string, from: number, separator: string): number {
  const end = path.indexOf(separator, from)
  return end < 0 ? path.length : end
}
