import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { editInEditor } from '../../src/cli/edit-in-editor.js'

const folder = mkdtempSync(join(tmpdir(), 'tidings-editor-test-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** An editor that does what the shell script says, with the file as `$1`. */
function editorThat(script: string): string {
  const path = join(folder, `editor-${readdirSync(folder).length}`)
  writeFileSync(path, script)
  return `sh ${path}`
}

const edit = (bytes: Uint8Array | string, script: string, signal = new AbortController().signal) =>
  editInEditor(Buffer.from(bytes), { EDITOR: editorThat(script) }, signal)

describe.skipIf(process.platform === 'win32')('editing a payload', () => {
  it.each([
    ['a BOM', Buffer.from('\ufeffa')],
    ['text that could be Latin-1', Buffer.from('é à ü')],
    ['Chinese', Buffer.from('中文')],
    ['CRLF', Buffer.from('a\r\nb\r\n')],
    ['an escape', Buffer.from('a\x1b[2J')],
    ['no UTF-8', Buffer.of(0xff, 0xfe, 0)],
    ['nothing', Buffer.of()]
  ])('leaves %s as it is', async (_what, bytes) => {
    expect(Buffer.from((await edit(bytes, ':')) ?? 'nothing').equals(bytes)).toBe(true)
  })

  it.each([
    ['a', 'a'],
    ['a\n', 'a\n\n'],
    ['', '']
  ])('of %j takes away a newline that editors add', async (before, after) => {
    expect(Buffer.from((await edit(before, 'echo >> "$1"')) ?? 'nothing').toString()).toBe(after)
  })

  it('happens in a file that nobody else can read, and which is gone afterwards', async () => {
    const seen = join(folder, 'seen')
    await edit('x', `stat -c '%a %n' "$1" "$(dirname "$1")" > ${seen}`)
    const lines = readFileSync(seen, 'utf8').trimEnd().split('\n')
    expect(lines.map((line) => line.split(' ')[0])).toEqual(['600', '700'])
    const [, left = ''] = lines[1]?.split(' ') ?? []
    expect(() => readdirSync(left)).toThrow('ENOENT')
  })

  it('is given up by an editor that fails, or is ended', async () => {
    expect(await edit('x', 'echo y > "$1"; exit 1')).toBeUndefined()
    const stop = new AbortController()
    const started = join(folder, 'started')
    const editing = edit('x', `mkfifo ${started}; : > ${started}; exec sleep 100`, stop.signal)
    while (!readdirSync(folder).includes('started')) await new Promise((resolve) => setImmediate(resolve))
    readFileSync(started)
    stop.abort()
    expect(await editing).toBeUndefined()
  })

  it('says that an editor has removed its file', async () => {
    await expect(edit('x', 'rm "$1"')).rejects.toMatchObject({
      code: 'no-edited-file',
      kind: 'bad-input',
      message: expect.stringMatching(/^cannot edit with "sh .*": it has removed the file that it was given$/)
    })
  })

  it('needs an editor that is there', async () => {
    const { signal } = new AbortController()
    const editing = editInEditor(Buffer.from('x'), { EDITOR: join(folder, 'none') }, signal)
    await expect(editing).rejects.toMatchObject({ code: 'no-editor', kind: 'bad-input' })
  })
})
