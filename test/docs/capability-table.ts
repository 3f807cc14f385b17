import { CAPABILITIES, type Capabilities, type Capability, type Lack } from '../../src/core/capabilities.js'

/** What a protocol can do over one scheme. */
export interface CapabilityColumn {
  readonly scheme: string
  readonly capabilities: Capabilities
}

/** The table in the documents: one row per capability, one column per scheme, and below the table the reason for each "no". */
export function formatCapabilityTable(columns: readonly CapabilityColumn[]): string {
  const notes: string[] = []
  const noteOf = ({ why, suggestion }: Lack): string => {
    const note = `${sentence(why)} ${sentence(suggestion)}`
    if (!notes.includes(note)) notes.push(note)
    return `no (${notes.indexOf(note) + 1})`
  }
  const names = Object.keys(CAPABILITIES).filter(isCapability)
  const rows = names.map((name) => [
    CAPABILITIES[name],
    ...columns.map(({ capabilities }) => {
      const support = capabilities[name]
      return support === true ? 'yes' : noteOf(support)
    })
  ])
  const head = ['', ...columns.map(({ scheme }) => `\`${scheme === 'local' ? scheme : `${scheme}://`}\``)]
  const lines = [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`)
  return [...lines, '', ...notes.map((note, index) => `${index + 1}. ${note}`)].join('\n')
}

const isCapability = (name: string): name is Capability => Object.hasOwn(CAPABILITIES, name)

/** Makes a sentence of a reason. Error messages use a reason as the end of a sentence. */
const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`
