// Prepares what a start would otherwise make out of oclif.manifest.json. A run of a command needs its place and its arguments, and 100 kB
// of JSON about flags and about other commands take as long as everything else that oclif does (src/cli/run-tidings.ts). And help: every
// command's is rendered once, so that `--help` into a pipe or a pager needs no oclif (src/cli/start/prepared-text.ts). What oclif prints
// at run time stays the original: these are its own words, at the width it uses where there is no terminal.
import { execFile } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { promisify } from 'node:util'

const { commands, version } = JSON.parse(await readFile('oclif.manifest.json', 'utf8'))
const ids = Object.values(commands).flatMap(({ id, hidden }) => (hidden ? [] : [id]))

await mkdir('dist/manifests', { recursive: true })
for (const [id, command] of Object.entries(commands)) {
  const { flags, examples, description, ...needed } = command
  const text = JSON.stringify({ commands: { [id]: { ...needed, flags: {} } }, version })
  await writeFile(`dist/manifests/${id.replaceAll(':', '-')}.json`, text)
}

await mkdir('dist/help', { recursive: true })
for (const id of ['', ...ids]) {
  const words = id.split(':').filter(Boolean)
  const { stdout } = await promisify(execFile)(process.execPath, ['bin/run.js', ...words, '--help'], {
    env: { PATH: process.env.PATH, HOME: '/nonexistent', TERM: 'dumb' }
  })
  const text = stdout.replace(/^( +)tidings\/\S+ \S+ node-\S+$/m, '$1<user agent>')
  await writeFile(`dist/help/${['tidings', ...words].join('-')}.txt`, text)
}
