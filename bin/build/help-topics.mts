// Writes the text of each help topic into dist/help/topics. The documents are the source, so nothing is said twice: what links lead to is
// named in words that are true at a terminal, and the flags for connecting come from the manifest.
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join, posix } from 'node:path'
import { HELP_TOPICS, type TopicPart } from '../../src/cli/help/help-topics.js'
import { flagTerm, flagText } from './flag-terms.mjs'
import { readManifest } from './manifest.mjs'

const OUT = join('dist', 'help', 'topics')

await mkdir(OUT, { recursive: true })
for (const { name, parts } of HELP_TOPICS) {
  const texts = await Promise.all(parts.map((part) => textOf(part, name)))
  if (name === 'connection') texts.push(await connectionFlags())
  await writeFile(join(OUT, `${name}.md`), `${texts.join('\n\n')}\n`)
}

/** A page, or a section of it with its heading. */
async function textOf({ page, section }: TopicPart, name: string): Promise<string> {
  const document = (await readFile(page, 'utf8')).replaceAll(/<!--.*?-->\n?/gs, '')
  if (section === undefined) return atTerminal(document, page, name)
  const start = document.indexOf(`## ${section}\n`)
  if (start < 0) throw new Error(`${page} has no section "${section}"`)
  const end = document.indexOf('\n## ', start)
  return atTerminal(document.slice(start, end < 0 ? undefined : end), page, name)
}

/**
 * Links have no place to lead to at a terminal: a topic is named by its command, another page by its text. A link within the topic itself
 * is left out.
 */
function atTerminal(text: string, page: string, name: string): string {
  const linked = text.replaceAll(/\[([^\]]+)\]\(([^)\s]+)\)/g, (_, words: string, target: string) => {
    const path = posix.join(posix.dirname(page), target.replace(/#.*/, ''))
    const topic = HELP_TOPICS.find(({ parts }) => parts.some((part) => part.page === path && !part.section))
    if (topic === undefined) return words
    return topic.name === name ? '' : `\`tidings help ${topic.name}\``
  })
  return linked.trim()
}

async function connectionFlags(): Promise<string> {
  const { commands } = await readManifest()
  const flags = Object.values(commands.publish?.flags ?? {}).filter(
    ({ helpGroup }) => helpGroup === 'CONNECTION'
  )
  const rows = flags.map(
    (flag) =>
      `| ${[`\`${flagTerm(flag)}\``, flagText(flag)].map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  )
  return ['## Flags', '', '| flag | what it does |', '|---|---|', ...rows].join('\n')
}
