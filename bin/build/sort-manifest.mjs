// Sorts the commands of the manifest. oclif writes them in the order in which it has read their files, which differs from build to build.
import { readFile, writeFile } from 'node:fs/promises'

const file = 'oclif.manifest.json'
const manifest = JSON.parse(await readFile(file, 'utf8'))
const commands = Object.entries(manifest.commands).sort(([one], [other]) => (one < other ? -1 : 1))
await writeFile(file, JSON.stringify({ ...manifest, commands: Object.fromEntries(commands) }, undefined, 2))
