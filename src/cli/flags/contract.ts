import { Flags } from '@oclif/core'
import type { ChannelGrammar } from '../../core/channel-grammar.js'
import type { Contract } from '../../core/contract.js'
import { ContractCheck, INVALID_WISHES } from '../../core/contract-check.js'
import { TidingsError } from '../../core/errors.js'
import type { DocumentBytes } from '../../files/document/document-bytes.js'
import type { CommandContext } from '../command-context.js'
import type { FlagValues } from './flag-values.js'

const helpGroup = 'CONTRACT'

/** The flags that say what messages have to be. */
export const contractFlags = {
  contract: Flags.string({
    helpGroup,
    helpValue: 'FILE',
    exclusive: ['schema'],
    summary: 'check each message against this AsyncAPI document; see "tidings help contract"'
  }),
  schema: Flags.string({
    helpGroup,
    helpValue: 'FILE',
    exclusive: ['contract'],
    summary: 'check each payload, on any channel, against this JSON Schema'
  })
}

/** The flag for a report for CI. */
export const reportFlags = {
  report: Flags.string({
    helpGroup,
    helpValue: 'FILE',
    summary: 'write a report for CI systems (JUnit) at the end: a case for each channel'
  })
}

/** The flags of who receives messages and has them checked. */
export const checkFlags = {
  ...contractFlags,
  invalid: Flags.option({ options: INVALID_WISHES, helpGroup, helpValue: INVALID_WISHES.join('|') })({
    summary:
      'messages that break the contract: mark them (the default), show only them, skip them, or stop at the first'
  }),
  ...reportFlags
}

export type ContractFlags = Partial<FlagValues<typeof contractFlags>>
export type CheckFlags = Partial<FlagValues<typeof checkFlags>>

/** How the protocol divides channels. */
type Rules = Pick<ChannelGrammar, 'separator' | 'hidden' | 'spellChannel'>

/** What opening a contract needs. `bytesOf` reads the document, where the command reads it anyway. */
type ContractWorld = Pick<CommandContext, 'io' | 'warn'> & { readonly bytesOf?: DocumentBytes }

/**
 * Opens the contract that the flags name, and warns of what of it is not checked; `undefined` if they name none. What checks messages is
 * loaded only then.
 * @throws TidingsError of kind bad-input for a document that cannot be used, and of kind interrupted while a pipe is waited for
 */
export async function contractOf(
  { contract, schema }: ContractFlags,
  rules: Rules,
  context: ContractWorld
): Promise<Contract | undefined> {
  const name = contract ?? schema
  if (name === undefined) return undefined
  const [{ openContract }, { contractNameOf }, { documentTrees }, bytesOf] = await Promise.all([
    import('../../contract/open-contract.js'),
    import('../../contract/contract-name.js'),
    import('../../files/document/document-trees.js'),
    context.bytesOf ??
      import('../../files/document/document-bytes.js').then((each) => each.documentBytes(context.io.stop))
  ])
  const form = contract === undefined ? 'json-schema' : 'asyncapi'
  const { file, fragment } = contractNameOf(name, form)
  const load = await documentTrees(file, bytesOf)
  const opened = await openContract({ name: file, fragment, form, load }, rules)
  for (const text of opened.unchecked) context.warn(text)
  return opened
}

/**
 * The check that the flags ask for, if they do.
 * @throws TidingsError as `contractOf`, and of kind usage for a flag that needs a contract where there is none
 */
export async function contractCheckOf(
  flags: CheckFlags,
  rules: Rules,
  context: ContractWorld
): Promise<ContractCheck | undefined> {
  const contract = await contractOf(flags, rules, context)
  if (contract !== undefined) return new ContractCheck(contract, flags.invalid)
  for (const name of ['invalid', 'report'] as const) {
    if (flags[name] === undefined) continue
    throw new TidingsError('usage', `cannot use "--${name}": it needs --contract or --schema`, {
      code: 'no-contract',
      suggestion: 'add --contract asyncapi.yaml'
    })
  }
  return undefined
}
