import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { formatJson } from '../../../src/core/catalogue/json-tree.js'
import { readRegularFile } from '../../../src/files/bounded-file.js'
import { documentBytes } from '../../../src/files/document/document-bytes.js'
import { documentTrees } from '../../../src/files/document/document-trees.js'
import { makePipe } from '../../support/make-pipe.js'

const folder = mkdtempSync(join(tmpdir(), 'tidings-trees-'))
afterAll(() => rmSync(folder, { recursive: true }))
const bytesOf = documentBytes(new AbortController().signal)

async function treeOf(name: string, text: string | Uint8Array): Promise<string> {
  const path = join(folder, name)
  writeFileSync(path, text)
  return formatJson((await documentTrees(path, bytesOf))(path))
}

describe('a document', () => {
  it.each([
    ['a.yaml', 'a: &x {b: 1.0}\nc: *x\n', '{"a":{"b":1.0},"c":{"b":1.0}}'],
    ['a.yml', '{"a": [1e400]}', '{"a":[1e400]}'],
    ['a.json', '{"__proto__": 12345678901234567890}', '{"__proto__":12345678901234567890}'],
    ['a.avsc', '"string"', '"string"'],
    ['empty.yaml', '', 'null'],
    ['mark.json', '\uFEFF{"a":1}', '{"a":1}'],
    ['mark.yaml', '\uFEFFa: 1', '{"a":1}']
  ])('is read whole: %s', async (name, text, tree) => {
    expect(await treeOf(name, text)).toBe(tree)
  })

  it.each([
    ['bad.json', '{"a": }', /it is no JSON: line 1, column 7/],
    [
      'repeats.json',
      '{"é":{"a":1,\n"b":{}, "\\u0061":2}}',
      /: line 2, column 9: the name "a" stands twice in an object$/
    ],
    ['repeats.avsc', '{"a":1,"a":1}', /line 1, column 8: the name "a" stands twice/],
    ['proto.json', '[{"__proto__":1,"__proto__":1}]', /line 1, column 17: the name "__proto__" stands twice/],
    ['hostile.json', '{"\\u001b[2J":1,"\\u001b[2J":1}', /the name "\\u001b\[2J" stands twice/],
    ['repeats.yaml', 'a: 1\na: 1\n', /line 2, column 1: a name stands twice/],
    ['bad.yaml', 'a: [', /line 1/],
    ['two.yaml', 'a: 1\n---\na: 2\n', /more than one document/],
    ['bytes.yaml', Buffer.from([0x61, 0xff]), /it is not UTF-8 text/],
    ['deep.json', `${'['.repeat(70)}${']'.repeat(70)}`, /nested more than 64 levels deep/],
    ['deep.yaml', `${'['.repeat(70)}${']'.repeat(70)}`, /nested more than 64 levels deep/],
    ['deeper.yaml', `${'['.repeat(20_000)}${']'.repeat(20_000)}`, /nested/],
    ['deeper.json', `${'['.repeat(20_000)}${']'.repeat(20_000)}`, /nested/],
    [
      'bomb.yaml',
      [
        'a: &a [1,1,1,1,1,1,1,1,1,1]',
        ...Array.from('bcdefgh', (name, at) => `${name}: &${name} [${Array(10).fill(`*${'abcdefgh'[at]}`)}]`)
      ].join('\n'),
      /its aliases stand for more values/
    ],
    ['wide.json', Buffer.from('\uFEFF{"a":1}', 'utf16le'), /it is UTF-16/],
    ['large.json', `"${'x'.repeat(33 * 1024 * 1024)}"`, /more than 32 MiB/]
  ])('that cannot be used is told with its name: %s', async (name, text, why) => {
    await expect(treeOf(name, text)).rejects.toMatchObject({
      kind: 'bad-input',
      message: expect.stringMatching(why),
      suggestion: expect.any(String),
      details: { file: join(folder, name) }
    })
  })

  it('may be a pipe, if it is the one that the user names', async () => {
    const pipe = makePipe(folder, 'named-pipe')
    execFile('sh', ['-c', 'echo "a: 1" > "$0"', pipe])
    expect(formatJson((await documentTrees(pipe, bytesOf))(pipe))).toBe('{"a":1}')
  })

  it('that is a pipe is kept for who needs it twice; a file is read anew', async () => {
    const pipe = makePipe(folder, 'twice')
    const file = join(folder, 'anew')
    execFile('sh', ['-c', 'echo "a: 1" > "$0"', pipe])
    writeFileSync(file, 'first')
    const both = documentBytes(new AbortController().signal)
    expect(await both(pipe, 100)).toEqual(Buffer.from('a: 1\n'))
    expect(await both(pipe, 50)).toEqual(Buffer.from('a: 1\n'))
    await both(file, 100)
    writeFileSync(file, 'second')
    expect(await both(file, 100)).toEqual(Buffer.from('second'))
  })

  it('that another one refers to is a regular file: nobody could end the wait for a pipe', async () => {
    const main = join(folder, 'main.yaml')
    const pipe = makePipe(folder, 'pipe')
    writeFileSync(main, '')
    const read = await documentTrees(main, bytesOf)
    for (const name of [pipe, '/dev/zero'])
      expect(() => read(name)).toThrow(`cannot read "${name}": it is no regular file`)
    expect(() => read(folder)).toThrow('it is a directory')
  })

  it('that never ends is read as far as it may be', async () => {
    const read = await documentTrees('/dev/zero', bytesOf)
    expect(() => read('/dev/zero')).toThrow('it has more than 32 MiB')
  })

  it('that is far too large is not read', async () => {
    const main = join(folder, 'far-too-large.json')
    writeFileSync(main, '')
    truncateSync(main, 2 ** 33)
    expect(readRegularFile(main, 100)).toHaveLength(101)
  })
})
