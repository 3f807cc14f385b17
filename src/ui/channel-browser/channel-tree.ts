import type { ChannelEntry } from '../../core/catalogue/channel-entry.js'
import { ChannelNode, type TreeNode } from './tree-node.js'

// Microseconds per channel between two sums: a sum in every frame up to 20,000 channels, and four sums a second at 100,000. Summing then
// takes a fiftieth of the time at any size.
const SUM_INTERVAL = 2.5

// A channel may have 65,535 levels, and a path for each of them would take gigabytes. Levels from this depth on share one node.
const DEEPEST = 64
// Many channels with many levels each would take gigabytes, too. Beyond so many nodes, all levels from the second on share one node.
const MOST_NODES = 250_000

/** The channels as a tree. Adding a channel takes time in proportion to its levels. A refresh is linear and does no look-ups. */
export class ChannelTree {
  readonly #root = new ChannelNode('', '', undefined)
  readonly #nodes: ChannelNode[] = []
  /** Those with a channel, and those with something below. */
  readonly #channels: ChannelNode[] = []
  readonly #branches: ChannelNode[] = [this.#root]
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
    let node: ChannelNode | undefined = this.#root
    for (let from = 0; node && from <= path.length; ) {
      const end = levelEnd(path, from, this.separator)
      // The last levels may share one node.
      const last: ChannelNode | undefined = node.child(path.slice(from))
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
    for (let node: ChannelNode | undefined = added; node; node = node.parent) node.channels++
  }

  #nodeOf(path: string): ChannelNode {
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
