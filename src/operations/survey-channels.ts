import type { Comparison } from '../core/asyncapi/compare-document.js'
import type { DocumentFiles } from '../core/asyncapi/document-files.js'
import { type DocumentFindings, findingsOf } from '../core/asyncapi/document-findings.js'
import type { ChannelFamily, FamilyRules } from '../core/catalogue/channel-family.js'
import { interruption } from '../core/concluded.js'
import type { BrokerTraits } from '../core/connection.js'
import type { TidingsError } from '../core/errors.js'
import { ViolationTally } from '../core/violation-tally.js'
import { checkChannels, findingsFailure, rulesWith, silentElsewhere } from './document-channels.js'
import { type DocumentInFile, updateDocumentFile } from './document-in-file.js'
import { weightiestFailure } from './failure-precedence.js'
import { observeFailure } from './observe-channels.js'
import { type ObserveSourceOptions, observeSource } from './observe-source.js'

export interface SurveyOptions extends Omit<ObserveSourceOptions, 'onSubscribed'> {
  /** How channels are taken together, besides what the document says of that. */
  readonly rules: FamilyRules
  readonly documents: DocumentFiles
  /** The document that what is seen belongs to, if there is one. */
  readonly document: DocumentInFile | undefined
  /** The document is brought up to date; otherwise it is compared, and stays as it is. */
  readonly mayUpdate: boolean
  /** The command line that brings the document up to date with what is seen. */
  readonly updateLine: string
  /** What to think of where nothing was seen, as parts of a suggestion. */
  readonly hints: readonly string[]
  /** The broker has granted every pattern. */
  readonly onSubscribed: (patterns: readonly string[], broker: BrokerTraits) => void
  /** Told what was seen, and until when (microseconds since 1970 UTC), before the document is looked at. */
  readonly onObserved: (families: readonly ChannelFamily[], until: number) => Promise<void>
}

/** What has come of it; both are absent where all is well and there is no document. */
export interface SurveyOutcome {
  readonly failure?: TidingsError | undefined
  /** In what the document has differed from what was seen, before it was brought up to date. */
  readonly comparison?: Comparison
  /** In what a document that stays as it is differs from what was seen. */
  readonly findings?: DocumentFindings
}

/**
 * Observes channels for a while, and then compares a document with what was seen, or brings it up to date. Nothing happens to a document
 * where nothing was seen.
 * @returns the failure if a signal cut a recording short, if nothing was seen though nobody stopped it, if what the broker keeps could not
 *   be looked at, or if a document that is to stay as it is differs
 * @throws TidingsError as `observeSource` does, and for a document that cannot be written
 */
export async function surveyChannels(options: SurveyOptions): Promise<SurveyOutcome> {
  const { source, catalogue, stop, protocol, rules, documents, document, mayUpdate, onObserved } = options
  const patterns = options.patterns.map(({ pattern }) => pattern)
  const {
    until,
    unmatched,
    server,
    failure: unread
  } = await observeSource({
    ...options,
    onSubscribed: (broker) => options.onSubscribed(patterns, broker)
  })
  const families = catalogue.families(rulesWith(document, rules))
  await onObserved(families, until)
  // What was read of a recording says nothing of the rest of it.
  if ('recording' in source && stop.aborted) return { failure: interruption(String(stop.reason)) }
  const file = 'recording' in source ? source.recording.name : undefined
  const { hints } = options
  const unseen = observeFailure(catalogue, patterns, protocol.grammar, file, unmatched, options, hints)
  if (unseen !== undefined) return stop.aborted ? {} : { failure: unread ?? unseen }
  if (document === undefined) return { failure: unread }
  if (mayUpdate)
    return {
      comparison: await updateDocumentFile(documents, document, families, patterns, server),
      failure: unread
    }
  const tally = options.check?.tally ?? new ViolationTally()
  const elsewhere = options.check === undefined ? [] : silentElsewhere(document, options.check, patterns)
  const findings = findingsOf(checkChannels(document, families, patterns), tally, elsewhere)
  const differs = findingsFailure(document.name, document.document, findings, options.updateLine)
  return { findings, failure: weightiestFailure([unread, differs]) }
}
