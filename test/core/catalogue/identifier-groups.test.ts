import { describe, expect, it } from 'vitest'
import { identifierGroups } from '../../../src/core/catalogue/identifier-groups.js'

const groupsOf = (...names: string[]) => identifierGroups(names, (name) => name)

describe('names', () => {
  it('that are identifiers of one kind are one group', () => {
    expect(groupsOf('lamp-1', 'lamp-2', 'lamp-3', 'status')).toEqual([
      { word: 'lamp-', fewest: 3, members: ['lamp-1', 'lamp-2', 'lamp-3'] }
    ])
  })

  it('of different kinds are different groups, and each is in one only', () => {
    const groups = groupsOf('lamp-1', 'lamp-2', 'lamp-3', 'a4:cf:12:6d:01:ff', 'a4:cf:12:6d:02:00')
    expect(groups.map(({ members }) => members.length).sort()).toEqual([2, 3])
    expect(new Set(groups.flatMap(({ members }) => members)).size).toBe(5)
  })

  it('are none where there are too few of them, or none is one', () => {
    expect(groupsOf('lamp-1', 'lamp-2')).toEqual([])
    expect(groupsOf('a4:cf:12:6d:01:ff')).toEqual([])
    expect(groupsOf('red', 'green', 'blue')).toEqual([])
    expect(groupsOf()).toEqual([])
  })
})
