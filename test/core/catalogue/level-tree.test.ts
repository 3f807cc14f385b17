import { describe, expect, it } from 'vitest'
import {
  type LevelNode,
  literalChild,
  newNode,
  parameterChild,
  parameterOf,
  replaceByParameter
} from '../../../src/core/catalogue/level-tree.js'

/** A tree of levels as text: parameters in braces. */
function sketch(node: LevelNode): unknown {
  const name = ({ level, parameter }: LevelNode) => (parameter ? `{${parameter.word ?? ''}}` : level)
  return Object.fromEntries([...node.children.values()].map((child) => [name(child), sketch(child)]))
}

function treeOf(...paths: string[]): LevelNode {
  const root = newNode('')
  for (const path of paths) path.split('/').reduce(literalChild, root)
  return root
}

const id = { origin: 'identifier', word: 'lamp' } as const

describe('children', () => {
  it('are made once', () => {
    const root = newNode('')
    expect(literalChild(root, 'a')).toBe(literalChild(root, 'a'))
    expect(parameterOf(root, id)).toBeUndefined()
    expect(parameterChild(root, id)).toBe(parameterOf(root, id))
  })

  it('that are alike become one parameter, with everything that is below them', () => {
    const root = treeOf('lamp1/state/on', 'lamp2/state/off', 'lamp2/power', 'other')
    const alike = ['lamp1', 'lamp2'].map((level) => literalChild(root, level))
    replaceByParameter(root, alike, id)
    expect(sketch(root)).toEqual({ other: {}, '{lamp}': { state: { on: {}, off: {} }, power: {} } })
  })

  it('join a parameter of the same word that is there', () => {
    const root = treeOf('lamp1/a', 'lamp2/b')
    for (const level of ['lamp1', 'lamp2']) replaceByParameter(root, [literalChild(root, level)], id)
    expect(sketch(root)).toEqual({ '{lamp}': { a: {}, b: {} } })
  })
})
