// Writes a man page for the program, for each command and for each help topic into dist/man. npm installs those that package.json names.
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { inOrderOfUse } from '../../src/cli/help/command-order.js'
import { HELP_TOPICS } from '../../src/cli/help/help-topics.js'
import { documentBlocks } from '../../src/ui/help/document-blocks.js'
import { flagTerm, flagText } from './flag-terms.mjs'
import { type ManifestCommand, type ManifestFlag, readManifest } from './manifest.mjs'
import {
  escapeRoff,
  formatBlock,
  formatInline,
  formatLines,
  formatSection,
  formatTerms,
  formatTitle
} from './roff.mjs'

const OUT = join('dist', 'man')
const { version, commands } = await readManifest()
const { description } = JSON.parse(await readFile('package.json', 'utf8')) as { description: string }
const shown = inOrderOfUse(
  Object.values(commands).filter(({ hidden }) => !hidden),
  ({ id }) => id
)

await rm(OUT, { recursive: true, force: true })
await mkdir(OUT, { recursive: true })
await writePage('tidings', 1, programPage())
for (const command of shown) await writePage(pageOf(command.id), 1, commandPage(command))
for (const { name, summary } of HELP_TOPICS) {
  const blocks = documentBlocks(await readFile(join('dist', 'help', 'topics', `${name}.md`), 'utf8'))
  await writePage(pageOf(name), 7, [...nameSection(pageOf(name), summary), ...blocks.flatMap(formatBlock)])
}

function writePage(name: string, section: 1 | 7, body: readonly string[]): Promise<void> {
  const lines = [formatTitle(name, section, version), '.nh', '.ad l']
  for (const line of body) {
    // A paragraph begins by itself below a heading, and one without text is none.
    const isNeedless = line === '.PP' && /^\.(SH|PP)/.test(lines.at(-1) ?? '')
    if (line !== '' && !isNeedless) lines.push(line)
  }
  return writeFile(join(OUT, `${name}.${section}`), `${lines.join('\n')}\n`)
}

function pageOf(id: string): string {
  return `tidings-${id.replaceAll(':', '-')}`
}

function nameSection(page: string, summary: string): string[] {
  return formatSection('Name', [`${escapeRoff(page)} \\- ${formatInline(summary)}`])
}

function reference(page: string, section: 1 | 7): string {
  return `\\fB${escapeRoff(page)}\\fR(${section})`
}

function programPage(): string[] {
  const list = (pages: readonly (readonly [page: string, section: 1 | 7, summary: string])[]) =>
    pages.flatMap(([page, section, summary]) => ['.TP', reference(page, section), formatInline(summary)])
  return [
    ...nameSection('tidings', description.replace(/^tidings is /, '')),
    ...formatSection('Synopsis', ['\\fBtidings\\fR COMMAND [ARGUMENT...] [FLAGS]']),
    ...formatSection('Commands', list(shown.map(({ id, summary = '' }) => [pageOf(id), 1, summary]))),
    ...formatSection('Topics', list(HELP_TOPICS.map(({ name, summary }) => [pageOf(name), 7, summary])))
  ]
}

function commandPage({
  id,
  summary = '',
  usage,
  description: text = '',
  args,
  flags,
  ...rest
}: ManifestCommand): string[] {
  const words = id.replaceAll(':', ' ')
  const usual = `${words} ${Object.values(args)
    .map(({ name, required }) => (required ? name : `[${name}]`).toUpperCase())
    .join(' ')} [FLAGS]`
  const examples = (rest.examples ?? []).map((example) =>
    typeof example === 'string' ? { description: '', command: example } : example
  )
  const aliases = (rest.aliases ?? []).map((alias) => ['.PP', `Also: \\fBtidings ${escapeRoff(alias)}\\fR`])
  return [
    ...nameSection(pageOf(id), summary),
    ...formatSection('Synopsis', [escapeRoff(`tidings ${usage ?? usual}`.replace(/ +/g, ' '))]),
    ...formatSection('Description', [
      ...text.split('\n').flatMap((line) => ['.PP', formatInline(line)]),
      ...aliases.flat()
    ]),
    ...formatSection(
      'Arguments',
      formatTerms(
        Object.values(args).map((argument) => [argument.name.toUpperCase(), argument.description ?? ''])
      )
    ),
    ...flagSections(flags),
    ...formatSection(
      'Examples',
      examples.flatMap((example) => [
        '.PP',
        formatInline(example.description),
        ...formatLines([example.command.replaceAll('<%= config.bin %>', 'tidings')])
      ])
    ),
    ...formatSection('See also', [
      [reference('tidings', 1), reference('tidings-exit-codes', 7), reference('tidings-connection', 7)].join(
        ', '
      )
    ])
  ]
}

function flagSections(flags: Readonly<Record<string, ManifestFlag>>): string[] {
  const shownFlags = Object.values(flags).filter(({ hidden }) => !hidden)
  const groups = [...new Set(['', ...shownFlags.map(({ helpGroup = '' }) => helpGroup)])]
  return groups.flatMap((group) => {
    const members = shownFlags.filter(({ helpGroup = '' }) => helpGroup === group)
    const terms = members.map(
      (flag) =>
        [
          flagTerm(flag),
          flag.description ? `${flagText(flag)}. ${flag.description}` : flagText(flag)
        ] as const
    )
    return formatSection(`${group} flags`.trim(), formatTerms(terms))
  })
}
