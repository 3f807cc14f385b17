// Renders every command's help once, so that `--help` into a pipe or a pager needs no oclif (src/cli/start/prepared-text.ts). The texts are
// those that oclif prints at run time, at the width that it uses where there is no terminal.
import { execFile } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const { commands } = JSON.parse(await readFile('oclif.manifest.json', 'utf8'))
const ids = Object.values(commands).flatMap(({ id, hidden }) => (hidden ? [] : [id]))

for (const id of ['', ...ids]) {
  const words = id.split(':').filter(Boolean)
  const { stdout } = await promisify(execFile)(process.execPath, ['bin/run.js', ...words, '--help'], {
    env: { PATH: process.env.PATH, HOME: '/nonexistent', TERM: 'dumb' }
  })
  const folder = join('dist', 'help', ...words)
  await mkdir(folder, { recursive: true })
  await writeFile(
    join(folder, 'help.txt'),
    stdout.replace(/^( +)tidings\/\S+ \S+ node-\S+$/m, '$1<user agent>')
  )
}
