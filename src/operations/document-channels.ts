import { type Comparison, compareDocument } from '../core/asyncapi/compare-document.js'
import {
  checkVersion,
  type DocumentedChannel,
  documentedChannels
} from '../core/asyncapi/documented-channels.js'
import type { EditableDocument } from '../core/asyncapi/editable-document.js'
import { rulesOf } from '../core/asyncapi/rules-of-document.js'
import { addServer, beginDocument, updateDocument } from '../core/asyncapi/update-document.js'
import type { ChannelFamily, FamilyRules } from '../core/catalogue/channel-family.js'
import type { PatternRules } from '../core/channel-pattern.js'
import type { DescribedServer } from '../core/described-server.js'
import { TidingsError } from '../core/errors.js'
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
 * @throws TidingsError of kind bad-input, whose message is the reason
 */
export function openChannelDocument(
  document: EditableDocument,
  isNew: boolean,
  rules: PatternRules
): ChannelDocument {
  if (!isNew) checkVersion(document)
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

/** A failure of kind bad-input if the document differs from what was observed; otherwise `undefined`. */
export function checkFailure(name: string, comparison: Comparison): TidingsError | undefined {
  const { silent, undocumented, differences } = comparison
  if (silent.length + undocumented.length + differences.length === 0) return undefined
  const parts = [
    [silent.length, 'silent'],
    [undocumented.length, 'not documented'],
    [differences.length, 'different']
  ] as const
  const counts = parts.filter(([count]) => count > 0).map(([count, word]) => `${count} ${word}`)
  return new TidingsError('bad-input', `${quoteName(name)} is not what flows: ${counts.join(', ')}`, {
    code: 'document-differs',
    suggestion: `bring it up to date: tidings channels --asyncapi ${name}`,
    details: {
      file: name,
      silent: silent.length,
      undocumented: undocumented.length,
      different: differences.length
    }
  })
}
