import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ChannelTree } from '../../../src/ui/channel-browser/channel-tree.js'
import type { TreeNode } from '../../../src/ui/channel-browser/tree-node.js'
import { catalogueOf, messageAt, NOON, SECOND } from './browser-in-test.js'

function nodesOf(nodes: readonly TreeNode[]): TreeNode[] {
  return nodes.flatMap((node) => [node, ...nodesOf(node.children)])
}

const level = fc.constantFrom('a', 'b', 'c', '', '10', '9')
const name = fc.array(level, { minLength: 1, maxLength: 6 }).map((levels) => levels.join('/'))

describe('the tree', () => {
  it('has a node for every channel, however few nodes it may have', () => {
    fc.assert(
      fc.property(fc.array(name, { maxLength: 60 }), fc.integer({ min: 1, max: 300 }), (names, most) => {
        const { channels } = catalogueOf(names.map((each) => messageAt(1, each, 'x')))
        const tree = new ChannelTree('/', most)
        for (let grown = 0; grown <= channels.length; grown++) tree.refresh(channels.slice(0, grown), NOON)
        for (const entry of channels) {
          const node = tree.find(entry.name)
          expect([node?.path, node?.entry === entry]).toEqual([entry.name, true])
        }
        const nodes = nodesOf(tree.roots)
        expect(nodes.filter(({ entry }) => entry)).toHaveLength(channels.length)
        expect(new Set(nodes.map(({ path }) => path)).size).toBe(nodes.length)
        expect(nodes.length).toBeLessThanOrEqual(Math.max(most, 6) + 2 * channels.length)
        expect(tree.find('nowhere/at/all')).toBeUndefined()
      })
    )
  })

  it('counts at every level what came on the channels here and below', () => {
    fc.assert(
      fc.property(fc.array(fc.array(name, { maxLength: 20 }), { maxLength: 8 }), (rounds) => {
        const catalogue = catalogueOf([])
        const tree = new ChannelTree('/')
        for (const [second, names] of rounds.entries()) {
          catalogue.observe(
            names.map((each) => messageAt(second, each, 'x', { mqtt: { retain: each.length > 6 } }))
          )
          tree.refresh(catalogue.channels, NOON + second * SECOND)
          for (const node of nodesOf(tree.roots)) {
            const below = catalogue.channels.filter(
              ({ name }) => name === node.path || name.startsWith(`${node.path}/`)
            )
            expect(node).toMatchObject({
              channels: below.length,
              count: below.reduce((sum, { count }) => sum + count, 0),
              live: below.reduce((sum, { live }) => sum + live, 0),
              lastSeen: Math.max(...below.map(({ lastSeen }) => lastSeen ?? 0))
            })
          }
        }
      })
    )
  })

  it('shows of a branch with one channel how often that one came', () => {
    const catalogue = catalogueOf([])
    const tree = new ChannelTree('/')
    for (let second = 1; second <= 12; second++) {
      catalogue.observe([messageAt(second, 'a/b/c', 'x')])
      tree.refresh(catalogue.channels, NOON + second * SECOND)
    }
    const [a] = tree.roots
    expect(a?.rate(NOON + 12 * SECOND)).toBe(catalogue.get('a/b/c')?.rate(NOON + 12 * SECOND))
    expect(a?.samples(NOON + 12 * SECOND, 5)).toEqual([1, 1, 1, 1, 1])
  })
})
