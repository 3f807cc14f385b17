import { documentBlocks, plainText } from '../../ui/help/document-blocks.js'
import { inOrderOfUse } from './command-order.js'
import type { Manifest, ManifestArgument, ManifestCommand, ManifestFlag } from './manifest.js'

/** The commands that help lists, in the order of use. */
export function shownCommands({ commands }: Manifest): ManifestCommand[] {
  const shown = Object.values(commands).filter(({ hidden }) => !hidden)
  return inOrderOfUse(shown, ({ id }) => id)
}

export const commandName = ({ id }: ManifestCommand): string => id.replaceAll(':', ' ')

/**
 * What `tidings commands --json` prints: each command with its arguments and flags, and the exit codes.
 * @param exitCodes the help topic on exit codes
 */
export function describedProgram(manifest: Manifest, exitCodes: string): object {
  return {
    version: manifest.version,
    commands: shownCommands(manifest).map(describedCommand),
    exitCodes: exitCodeRows(exitCodes).map(([codes = '', meaning = '']) => ({
      codes: codes.split(', ').map(Number),
      meaning: plainText(meaning)
    }))
  }
}

function describedCommand(command: ManifestCommand): object {
  const { summary, description, usage, aliases = [], examples = [], args, flags } = command
  return {
    name: commandName(command),
    summary,
    ...(description && { description }),
    ...(usage && { usage: `tidings ${usage}` }),
    ...(aliases.length > 0 && { aliases }),
    arguments: Object.values(args).map(describedArgument),
    flags: Object.values(flags)
      .filter(({ hidden }) => !hidden)
      .map(describedFlag),
    examples: examples.map((example) =>
      (typeof example === 'string' ? example : example.command).replaceAll('<%= config.bin %>', 'tidings')
    )
  }
}

const describedArgument = ({ name, description, required, multiple, options }: ManifestArgument) => ({
  name,
  description,
  required: required ?? false,
  multiple: multiple ?? false,
  ...(options && { options })
})

const describedFlag = (flag: ManifestFlag) => ({
  name: `--${flag.name}`,
  ...(flag.char !== undefined && { short: `-${flag.char}` }),
  type: flag.type === 'boolean' ? 'boolean' : (flag.helpValue ?? 'TEXT'),
  ...(flag.options && { options: flag.options }),
  ...(flag.default !== undefined && flag.default !== false && { default: flag.default }),
  ...(flag.env !== undefined && { env: flag.env }),
  multiple: flag.multiple ?? false,
  group: flag.helpGroup?.toLowerCase() ?? 'command',
  summary: flag.summary,
  ...(flag.description && { description: flag.description })
})

/** The rows of the table of the topic. */
function exitCodeRows(topic: string): readonly (readonly string[])[] {
  const table = documentBlocks(topic).find((block) => block.kind === 'table')
  return table?.kind === 'table' ? table.rows.slice(1) : []
}
