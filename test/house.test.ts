import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'

const root = join(import.meta.dirname, '..')

/** The files below `place` that end so, by their paths in it. */
function filesIn(place: string, ending: string): string[] {
  const files = readdirSync(join(root, place), { withFileTypes: true, recursive: true })
  return files
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map(({ parentPath, name }) => join(parentPath, name).slice(join(root, place).length + 1))
}
const sources = filesIn('src', '.ts')
const folderOf = (file: string) => file.slice(0, file.lastIndexOf('/'))
const textOf = (file: string) => readFileSync(join(root, 'src', file), 'utf8')

it('each folder of the sources has its twin, with a test', () => {
  const tested = new Set(filesIn('test', '.test.ts').map(folderOf))
  const folders = [...new Set(sources.map(folderOf))]
  expect(folders.length).toBeGreaterThan(30)
  expect(folders.filter((folder) => !tested.has(folder))).toEqual([])
})

it('a command translates, in less than a hundred lines', () => {
  const commands = sources.filter((file) => file.startsWith('commands/'))
  expect(commands.filter((file) => textOf(file).trimEnd().split('\n').length >= 100)).toEqual([])
})

it('no source has a name that says nothing', () => {
  const empty = /(^|[-/])(managers?|helpers?|utils?|services?|handlers?|data|info)([-./]|$)/
  expect(sources.filter((file) => empty.test(file))).toEqual([])
})

it('ui says what went wrong, and never decides what it is: only a text of the user can make no sense to it', () => {
  const kinds = sources
    .filter((file) => file.startsWith('ui/'))
    .flatMap((file) =>
      Array.from(textOf(file).matchAll(/new TidingsError\(\s*([^,]+),/g), ([, kind]) => kind)
    )
  expect(new Set(kinds)).toEqual(new Set(["'usage'"]))
})
