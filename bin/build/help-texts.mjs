// Renders the help of each command of ours once, so that `--help` into a pipe or a pager needs no oclif (src/cli/start/prepared-text.ts).
// What oclif prints at run time stays the original: these are its own words, at the width it uses where there is no terminal.
import { execFile } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const { commands } = JSON.parse(await readFile('oclif.manifest.json', 'utf8'))
const ids = Object.values(commands).flatMap(({ id, hidden }) => (hidden ? [] : [id]))

/** Writes what the program prints, as a user without settings sees it. */
async function prepare(words, flags, file) {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['bin/run.js', ...words, '--help', ...flags],
    {
      env: { PATH: process.env.PATH, HOME: '/nonexistent', TERM: 'dumb' }
    }
  )
  const folder = join('dist', 'help', ...words)
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, file), stdout)
}

for (const id of ['', ...ids]) {
  const words = id.split(':').filter(Boolean)
  await Promise.all([prepare(words, [], 'help.txt'), prepare(words, ['--all'], 'help-all.txt')])
}
