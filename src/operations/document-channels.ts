import { type Comparison, compareDocument } from '../core/asyncapi/compare-document.js'
import { type DocumentFindings, isClean } from '../core/asyncapi/document-findings.js'
import {
  checkVersion,
  couldBeSeen,
  type DocumentedChannel,
  documentedChannels,
  isOldVersion
} from '../core/asyncapi/documented-channels.js'
import type { EditableDocument } from '../core/asyncapi/editable-document.js'
import { rulesOf } from '../core/asyncapi/rules-of-document.js'
import { addServer, beginDocument, updateDocument } from '../core/asyncapi/update-document.js'
import type { ChannelFamily, FamilyRules } from '../core/catalogue/channel-family.js'
import type { PatternRules } from '../core/channel-pattern.js'
import type { ContractCheck } from '../core/contract-check.js'
import { counted } from '../core/counted.js'
import type { DescribedServer } from '../core/described-server.js'
import { TidingsError } from '../core/errors.js'
import { formatGrouped } from '../core/grouped-number.js'
import { quoteName } from '../core/visible-text.js'

/** A document that is to be compared with observed channels. */
export interface ChannelDocument {
  readonly document: EditableDocument
  readonly isNew: boolean
  readonly channels: readonly DocumentedChannel[]
  /** What divides the levels of the document's addresses, and how patterns match them. */
  readonly rules: PatternRules
}

/**
 * Checks a document before anything is observed, so that a document that cannot be used is refused at once.
 * @param mayUpdate the document may be brought up to date, which can be done to AsyncAPI 3 alone; who checks another version says so
 * @throws TidingsError of kind bad-input, whose message is the reason
 */
export function openChannelDocument(
  document: EditableDocument,
  isNew: boolean,
  rules: PatternRules,
  mayUpdate = true
): ChannelDocument {
  if (!isNew && mayUpdate) checkVersion(document)
  return { document, isNew, channels: documentedChannels(document, rules.separator), rules }
}

/** The rules that the document implies, followed by the user's rules. */
export function rulesWith(opened: ChannelDocument | undefined, rules: FamilyRules): FamilyRules {
  return opened === undefined ? rules : rulesOf(opened.channels, rules, opened.rules.separator)
}

/** Compares a document with what was observed on the patterns. Changes nothing. */
export function checkChannels(
  opened: ChannelDocument,
  families: readonly ChannelFamily[],
  patterns: readonly string[]
): Comparison {
  return compareDocument(opened.document, opened.channels, families, patterns, opened.rules)
}

/**
 * The addresses that files beside the document describe, that match an observed pattern, and on which nothing came.
 * @param contract the same document with all its files
 */
export function silentElsewhere(
  { channels, rules }: ChannelDocument,
  { contract, tally }: Pick<ContractCheck, 'contract' | 'tally'>,
  patterns: readonly string[]
): readonly string[] {
  // Where not all channels are known by their names, nobody knows on which addresses nothing came.
  if (tally.elsewhere > 0) return []
  const here = new Set(channels.map(({ address }) => address))
  const others = contract.addresses.filter((address) => !here.has(address))
  return contract
    .unheardAddresses(tally.channels.keys(), others)
    .filter((address) =>
      patterns.some((pattern) =>
        spellingsOf(address, rules).some((each) => couldBeSeen(pattern, each, rules))
      )
    )
}

/** An address may be written with slashes where the protocol divides otherwise. */
const spellingsOf = (address: string, { separator }: PatternRules): readonly string[] => [
  address,
  address.replaceAll('/', separator)
]

/** Writes what was observed into the document, and returns how the document differed before. */
export function documentChannels(
  opened: ChannelDocument,
  families: readonly ChannelFamily[],
  patterns: readonly string[],
  about: { title: string; server: DescribedServer | undefined }
): Comparison {
  const comparison = checkChannels(opened, families, patterns)
  if (opened.isNew) beginDocument(opened.document, about.title)
  if (about.server !== undefined) addServer(opened.document, about.server)
  updateDocument(opened.document, comparison)
  return comparison
}

/**
 * A failure of kind wrong-messages if the document is not what flows; otherwise `undefined`.
 * @param document the document, of which only version 3 can be brought up to date by us
 * @param updateLine the command line that brings it up to date
 */
export function findingsFailure(
  name: string,
  document: EditableDocument,
  findings: DocumentFindings,
  updateLine: string
): TidingsError | undefined {
  if (isClean(findings)) return undefined
  const { silent, undocumented, kinds, wrong, checked, broken, further } = findings
  // An update adds what is not described. What is silent stays, and a rule that was broken is to be changed by who knows it.
  const isUpdated =
    !isOldVersion(document) && undocumented.length + kinds.length > 0 && broken.length + further === 0
  const parts = [
    [silent.length, 'silent'],
    [undocumented.length, 'not documented'],
    [kinds.length, 'of another kind'],
    [wrong, `of ${counted(checked)} wrong`]
  ] as const
  const counts = parts
    .filter(([count]) => count > 0)
    .map(([count, word]) => `${formatGrouped(count)} ${word}`)
  return new TidingsError('wrong-messages', `${quoteName(name)} is not what flows: ${counts.join(', ')}`, {
    code: 'document-differs',
    suggestion: isUpdated
      ? `correct who publishes, or bring the document up to date: ${updateLine}`
      : 'correct who publishes, or the document',
    details: {
      file: name,
      silent: silent.length,
      undocumented: undocumented.length,
      kinds: kinds.length,
      checked,
      wrong
    }
  })
}
