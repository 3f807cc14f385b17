import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'

const root = join(import.meta.dirname, '..')

/** The folders below `place` with a file that ends so, by their paths in it. */
function foldersWith(place: string, ending: string): Set<string> {
  const files = readdirSync(join(root, place), { withFileTypes: true, recursive: true })
  return new Set(
    files
      .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
      .map(({ parentPath }) => parentPath.slice(join(root, place).length + 1))
  )
}

it('each folder of the sources has its twin, with a test', () => {
  const tested = foldersWith('test', '.test.ts')
  const sources = [...foldersWith('src', '.ts')]
  expect(sources.length).toBeGreaterThan(30)
  expect(sources.filter((folder) => !tested.has(folder))).toEqual([])
})
