import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** The folder of the npm package that a module belongs to: the innermost one of nested packages. */
const packageFolder = /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/
const licenceFile = /^(?:licen[cs]e|copying|notice)(?:[.-]|$)/i
const rule = '-'.repeat(80)

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
    const licences = (await readdir(folder)).filter((file) => licenceFile.test(file)).sort()
    if (typeof license !== 'string' || licences.length === 0)
      throw new Error(`cannot bundle "${name}": it has no licence in ${folder}`)
    const texts = await Promise.all(licences.map((file) => readFile(join(folder, file), 'utf8')))
    const text = texts.map((each) => each.replaceAll('\r\n', '\n').trim()).join('\n\n')
    sections.set(`${name} ${version}`, `${rule}\n${name} ${version} (${license})\n${rule}\n\n${text}\n`)
  }
  return [
    'tidings contains these packages. Their authors permit it under the licences below.\n',
    ...[...sections].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, section]) => section)
  ].join('\n')
}
