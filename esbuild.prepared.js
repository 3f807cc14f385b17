// Prepares what a start would otherwise make out of oclif.manifest.json: a manifest of its own for every command, since parsing all of it
// takes as long as everything else that oclif does, and help.
//
// Renders the help of every command once, so that `--help` into a pipe or a pager needs no oclif (src/cli/start/prepared-text.ts).
// What oclif prints at run time stays the original: these are its own words, at the width it uses where there is no terminal.
import { execFile } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { promisify } from 'node:util'

const { commands, version } = JSON.parse(await readFile('oclif.manifest.json', 'utf8'))
const ids = Object.values(commands).flatMap(({ id, hidden }) => (hidden ? [] : [id]))

await mkdir('dist/manifests', { recursive: true })
for (const id of Object.keys(commands)) {
  const own = Object.entries(commands).filter(([other]) => other === id || other.startsWith(`${id}:`))
  const text = JSON.stringify({ commands: Object.fromEntries(own), version })
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
