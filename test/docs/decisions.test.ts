import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '../..')
const folder = join(root, 'docs/decisions')
const records = readdirSync(folder).filter((file) => file !== 'README.md')
const read = (file: string) => readFileSync(join(folder, file), 'utf8')
const found = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, part = '']) => part)

it('the list of decisions has each record once, by its title', () => {
  const listed = found(read('README.md'), /^- (\[[^\]]+\]\([^)]+\)): /gm)
  const expected = records.map((file) => `[${read(file).split('\n')[0]?.slice(2)}](${file})`)
  expect(listed.sort()).toEqual(expected.sort())
})

it('the walk through the sources names only files that exist', () => {
  const walk = readFileSync(join(root, 'src/README.md'), 'utf8')
  const paths = found(walk, /`([\w.-]+\/[^` ]*)`/g)
  const place = (path: string) => join(root, /^(?:bin|test|docs|src)\//.test(path) ? '' : 'src', path)
  expect(paths.filter((path) => !existsSync(place(path)))).toEqual([])
  expect(paths).toContain('core/connection.ts')
})

describe.each(records)('%s', (file) => {
  it('has a question, a choice, its cost, and when to think again', () => {
    const optional = new Set(['Figures', 'Tried and given up'])
    const headings = found(read(file), /^## (.*)$/gm).filter((heading) => !optional.has(heading))
    expect(headings).toEqual(['Question', 'Choice', 'Cost', 'Think again'])
  })

  it('names only files that exist', () => {
    const named = [
      ...found(read(file), /`((?:src|bin|test)\/[^`]*)`/g).map((path) => join(root, path)),
      ...found(read(file), /\]\(([^)#:]+)\)/g).map((path) => join(folder, path))
    ]
    expect(named.filter((path) => !existsSync(path))).toEqual([])
  })
})
