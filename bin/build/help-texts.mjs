// Renders the help of each command of ours once, so that `--help` into a pipe or a pager needs no oclif (src/cli/start/prepared-text.ts).
// What oclif prints at run time stays the original: these are its own words, at the width it uses where there is no terminal.
import { execFile } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { oclifPlugins } from './oclif-plugins.mjs'

const { commands } = JSON.parse(await readFile('oclif.manifest.json', 'utf8'))
const isOurs = (id) => !Object.keys(oclifPlugins).some((entry) => entry.split('/')[1] === id)
const ids = Object.values(commands).flatMap(({ id, hidden }) => (hidden || !isOurs(id) ? [] : [id]))

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
