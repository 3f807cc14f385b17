import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { expect, it } from 'vitest'

const root = join(import.meta.dirname, '../..')
const inDocs = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
const pages = [
  'README.md',
  'src/README.md',
  'test/README.md',
  ...inDocs.map((file) => join('docs', file))
].filter((file) => file.endsWith('.md'))

/** The anchors that GitHub makes of headings. */
function anchorsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/ /g, '-')
  )
}

it.each(pages)('each link and picture of %s leads somewhere', (page) => {
  const text = readFileSync(join(root, page), 'utf8').replace(/```.*?```/gs, '')
  const broken = Array.from(text.matchAll(/\]\(([^)\s]+)\)/g), ([, target = '']) => target).filter(
    (target) => {
      if (/^[a-z]+:/.test(target)) return false
      const [path = '', anchor] = target.split('#')
      const file = path === '' ? page : relative(root, join(root, dirname(page), path))
      if (!existsSync(join(root, file))) return true
      return anchor !== undefined && !anchorsOf(readFileSync(join(root, file), 'utf8')).includes(anchor)
    }
  )
  expect(broken).toEqual([])
})

it('the README leads to each page of the documents', () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8')
  const missing = inDocs.filter((file) => /^[^/]+\.md$/.test(file) && !readme.includes(`](docs/${file})`))
  expect(missing).toEqual([])
})
