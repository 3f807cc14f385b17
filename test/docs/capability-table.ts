import { CAPABILITIES, type Capabilities, type Capability, type Lack } from '../../src/core/capabilities.js'

/** A protocol, and what it can do over each of its schemes. */
export interface CapableProtocol {
  readonly name: string
  readonly schemes: readonly { readonly scheme: string; readonly capabilities: Capabilities }[]
}

/**
 * The tables in the documents, a row per capability: first what depends on the protocol alone, with a column per protocol; then the rest,
 * with a column per scheme. Below the tables stands the reason for each "no".
 */
export function formatCapabilityTables(protocols: readonly CapableProtocol[]): string {
  const notes: string[] = []
  const cellOf = (support: true | Lack): string => {
    if (support === true) return 'yes'
    const note = noteOf(support)
    if (!notes.includes(note)) notes.push(note)
    return `no (${notes.indexOf(note) + 1})`
  }
  const names = Object.keys(CAPABILITIES).filter(isCapability)
  const isOfProtocol = (name: Capability): boolean =>
    protocols.every(
      ({ schemes }) => new Set(schemes.map(({ capabilities }) => textOf(capabilities[name]))).size === 1
    )
  const byProtocol = table(
    protocols.map(({ name }) => name),
    names
      .filter(isOfProtocol)
      .map((name) => [
        CAPABILITIES[name],
        ...protocols
          .flatMap(({ schemes }) => schemes.slice(0, 1))
          .map(({ capabilities }) => cellOf(capabilities[name]))
      ])
  )
  const schemes = protocols.flatMap((protocol) => protocol.schemes)
  const byScheme = table(
    schemes.map(({ scheme }) => `\`${scheme === 'local' ? scheme : `${scheme}://`}\``),
    names
      .filter((name) => !isOfProtocol(name))
      .map((name) => [CAPABILITIES[name], ...schemes.map(({ capabilities }) => cellOf(capabilities[name]))])
  )
  return [...byProtocol, '', ...byScheme, '', ...notes.map((note, index) => `${index + 1}. ${note}`)].join(
    '\n'
  )
}

function table(columns: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const head = ['', ...columns]
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`)
}

const isCapability = (name: string): name is Capability => Object.hasOwn(CAPABILITIES, name)

const noteOf = ({ why, suggestion }: Lack): string => `${sentence(why)} ${sentence(suggestion)}`

const textOf = (support: true | Lack): string => (support === true ? 'yes' : noteOf(support))

/** Makes a sentence of a reason. Error messages use a reason as the end of a sentence. */
const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`
