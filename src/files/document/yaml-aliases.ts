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
 * How many values a document may have once every alias is written out. Seven levels of ten aliases are ten million in 600 bytes; 50,000
 * channels with all their parts are two million.
 */
const MOST_VALUES = 5_000_000
/** Without aliases a document is as large as it is, so it may be any size. */
const GROWTH_ALLOWED = 20

/** What the aliases of a document stand for; the YAML library would search the whole document for each. */
export class YamlAliases {
  private readonly targets = new Map<Alias, Node>()

  /** @throws TidingsError of kind bad-input for aliases that lead nowhere or back to themselves, or grow too large */
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

  /** The node itself, or what an alias stands for. */
  follow(node: unknown): unknown {
    return isAlias(node) ? this.targets.get(node) : node
  }

  /**
   * What is about to be taken away, apart from the node itself where something else takes its place.
   * @throws TidingsError of kind bad-input if an alias stands for a part of it
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

  /** From now on, aliases of the one stand for the other, which takes its place and its name. */
  replace(old: unknown, node: Node): void {
    this.refuseLoss(old, true)
    if (!isNode(old) || isAlias(old) || old.anchor === undefined || isAlias(node)) return
    node.anchor = old.anchor
    for (const [alias, target] of this.targets) if (target === old) this.targets.set(alias, node)
  }

  /**
   * The maps that a map takes members from with `<<`, the first one counting most; their members count less than its own.
   * @throws TidingsError of kind bad-input for what is no map
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

/** `<<: *other`, which YAML 1.1 has and most readers of YAML 1.2 as well. */
export function isMerge({ key }: Pair): boolean {
  return isScalar(key) && key.value === '<<' && (key.type === 'PLAIN' || key.type === undefined)
}
