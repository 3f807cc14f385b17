import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** The folder of the npm package that a module belongs to: the innermost one of nested packages. */
const packageFolder = /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/
const licenceFile = /^(?:licen[cs]e|copying|notice)(?:[.-]|$)/i
const rule = '-'.repeat(80)

/** Packages that bring no text: whose they are, and of which licences they say that they are. */
const owners = { '@bufbuild': 'Copyright 2021-2026 Buf Technologies, Inc.' }
const knownTexts = {
  'Apache-2.0': ['Apache-2.0'],
  '(Apache-2.0 AND BSD-3-Clause)': ['Apache-2.0', 'BSD-3-Clause']
}

/**
 * The licences of all that is in the bundle, as a text.
 * @param modules the ids of the modules that the bundler has put into its chunks
 * @throws Error naming a package that says no licence, or brings no text of it
 */
export async function noticeOf(modules) {
  // A module whose id begins with NUL is in no package: the build has made it.
  const files = modules.filter((module) => !module.startsWith('\0'))
  const folders = new Set(files.flatMap((file) => packageFolder.exec(file)?.[0] ?? []))
  const sections = new Map()
  for (const folder of folders) {
    const { name, version, license } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'))
    const texts = await textsOf(name, license, folder)
    if (typeof license !== 'string' || texts.length === 0)
      throw new Error(`cannot bundle "${name}": it has no licence in ${folder}`)
    const text = texts.map((each) => each.replaceAll('\r\n', '\n').trim()).join('\n\n')
    sections.set(`${name} ${version}`, `${rule}\n${name} ${version} (${license})\n${rule}\n\n${text}\n`)
  }
  return [
    'tidings contains these packages. Their authors permit it under the licences below.\n',
    ...[...sections].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, section]) => section)
  ].join('\n')
}

/** The texts that a package brings. Where it brings none: who owns it, and the texts of the licences that it names, if we know them. */
async function textsOf(name, license, folder) {
  const licences = (await readdir(folder)).filter((file) => licenceFile.test(file)).sort()
  if (licences.length > 0) return Promise.all(licences.map((file) => readFile(join(folder, file), 'utf8')))
  const owner = owners[name.split('/')[0]]
  if (owner === undefined) return []
  const known = (knownTexts[license] ?? []).map((text) => new URL(`licences/${text}.txt`, import.meta.url))
  const texts = await Promise.all(known.map((file) => readFile(file, 'utf8')))
  return texts.length === 0 ? [] : [owner, ...texts.map((text) => text.replace(/^\n+/, ''))]
}
