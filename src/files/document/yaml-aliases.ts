import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  visit,
  type YAMLMap
} from 'yaml'
import { badYaml } from './bad-yaml.js'

/**
 * How many values a document may have if each alias counts as the values that it stands for. Seven levels of ten aliases make ten million
 * values from 600 bytes. A document of 50,000 channels has two million values.
 */
const MOST_VALUES = 5_000_000
/** By how much aliases may multiply the number of values. A document without aliases may have any size. */
const GROWTH_ALLOWED = 20

/** Knows which node each alias of a document stands for. The YAML library would search the whole document for each alias. */
export class YamlAliases {
  private readonly targets = new Map<Alias, Node>()

  /** @throws TidingsError of kind bad-input if an alias has no anchor or contains itself, or if aliases stand for too many values */
  constructor(document: Document) {
    const anchors = new Map<string, Node>()
    let nodes = 0
    visit(document, {
      Node: (_key, node) => {
        nodes++
        if (!isAlias(node)) {
          if (node.anchor !== undefined) anchors.set(node.anchor, node)
          return
        }
        const target = anchors.get(node.source)
        if (target === undefined) throw badYaml(`nothing before the alias *${node.source} has that name`)
        this.targets.set(node, target)
      }
    })
    if (this.targets.size > 0) this.refuseGrowth(document.contents, nodes)
  }

  /** The node that an alias stands for; any other node itself. */
  follow(node: unknown): unknown {
    return isAlias(node) ? this.targets.get(node) : node
  }

  /**
   * Checks that no alias loses its node when `old` is removed or replaced. A replaced node itself may have aliases: the new node takes
   * them over.
   * @throws TidingsError of kind bad-input if an alias stands for a part that would be lost
   */
  refuseLoss(old: unknown, isReplaced: boolean): void {
    if (!isNode(old) || this.targets.size === 0) return
    const targets = new Set(this.targets.values())
    visit(old, {
      Node: (_key, node) => {
        if (targets.has(node) && !(isReplaced && node === old))
          throw badYaml(
            `what has to be changed is what the alias *${isAlias(node) ? '' : node.anchor} stands for`
          )
      }
    })
  }

  /** Makes aliases of `old` stand for `node`, which takes the place and the anchor of `old`. Throws what `refuseLoss` throws. */
  replace(old: unknown, node: Node): void {
    this.refuseLoss(old, true)
    if (!isNode(old) || isAlias(old) || old.anchor === undefined || isAlias(node)) return
    node.anchor = old.anchor
    for (const [alias, target] of this.targets) if (target === old) this.targets.set(alias, node)
  }

  /**
   * The maps from which a map takes members with `<<`. The map's own members count first, then the members of the first of these maps,
   * and so on.
   * @throws TidingsError of kind bad-input if `<<` has a value that is no map
   */
  mergedInto(map: YAMLMap): YAMLMap[] {
    return map.items.filter(isMerge).flatMap(({ value }) => {
      const source = this.follow(value)
      const sources = isSeq(source) ? source.items.map((item) => this.follow(item)) : [source]
      return sources.map((each) => {
        if (isMap(each)) return each
        throw badYaml('the merge key "<<" is given what is no map')
      })
    })
  }

  private refuseGrowth(contents: unknown, nodes: number): void {
    const sizes = new Map<unknown, number>()
    const sizeOf = (node: unknown): number => {
      const target = this.follow(node)
      const known = sizes.get(target)
      if (known === GROWING) throw badYaml(`an alias leads back to where it stands`)
      if (known !== undefined) return known
      sizes.set(target, GROWING)
      const parts = isMap(target) ? target.items.map(({ value }) => value) : isSeq(target) ? target.items : []
      let size = 1
      for (const part of parts) size += sizeOf(part)
      sizes.set(target, size)
      return size
    }
    if (sizeOf(contents) > Math.min(MOST_VALUES, Math.max(100_000, nodes * GROWTH_ALLOWED)))
      throw badYaml(`its aliases stand for more values than a document may have`)
  }
}

const GROWING = -1

/** Whether a pair is a merge: `<<: *other`. It is part of YAML 1.1, and most readers of YAML 1.2 understand it, too. */
export function isMerge({ key }: Pair): boolean {
  return isScalar(key) && key.value === '<<' && (key.type === 'PLAIN' || key.type === undefined)
}
