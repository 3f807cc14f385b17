import type { ChannelFamily } from '../catalogue/channel-family.js'
import type { BrokenRule, ViolationTally } from '../violation-tally.js'
import type { ChannelDifference, Comparison } from './compare-document.js'

/** In what a document is not what flows. */
export interface DocumentFindings {
  /** Addresses of the document on which nothing came. */
  readonly silent: readonly string[]
  /** Families of channels that the document does not have. */
  readonly undocumented: readonly ChannelFamily[]
  /** Kinds of payloads that no message of the document has. */
  readonly kinds: readonly ChannelDifference[]
  /** Rules of the document that messages have broken. */
  readonly broken: readonly BrokenRule[]
  /** How often further rules were broken, which are not told one by one. */
  readonly further: number
  /** How many messages were checked, and how many of them are wrong. */
  readonly checked: number
  readonly wrong: number
  /** How the document could describe what has come on channels with wrong messages, or of which it has no message. They are no findings. */
  readonly suggestions: readonly ChannelDifference[]
}

/**
 * Takes together in what a document differs from what was seen, and what checking each message has found. What messages must be is what the
 * check says; the comparison infers from examples, so what it says of schemas is only suggested.
 * @param silentElsewhere addresses on which nothing came, and whose channels other files describe: the comparison does not read those
 */
export function findingsOf(
  comparison: Comparison,
  tally: ViolationTally,
  silentElsewhere: readonly string[] = []
): DocumentFindings {
  const { checked, wrong, rules, further } = tally
  const isWhole = further === 0 && tally.elsewhere === 0
  const unknown = new Set(rules.filter(isUnknownChannel).map(({ channel }) => channel))
  // The check knows addresses that the comparison does not, such as those with a parameter in a part of a level.
  const isKnown = ({ members }: ChannelFamily) =>
    isWhole && members.every(({ name }) => tally.channels.has(name) && !unknown.has(name))
  const undocumented = comparison.undocumented.filter((family) => !isKnown(family))
  const told = new Set(undocumented.flatMap(({ members }) => members.map(({ name }) => name)))
  const broken = rules.filter((rule) => !isUnknownChannel(rule) || !told.has(rule.channel))
  const wrongChannels = new Set(broken.map(({ channel }) => channel))
  const wrongAddresses = new Set(
    comparison.matched
      .filter(({ family }) => family.members.some(({ name }) => wrongChannels.has(name)))
      .map(({ channel }) => channel.address)
  )
  const isKind = ({ edits, isAllowed }: ChannelDifference) => edits.length === 0 && isAllowed !== true
  return {
    silent: [...comparison.silent, ...silentElsewhere],
    undocumented,
    kinds: comparison.differences.filter(isKind),
    broken,
    further,
    checked,
    wrong,
    suggestions: comparison.differences.filter(
      (difference) =>
        difference.isAllowed || (difference.edits.length > 0 && wrongAddresses.has(difference.address))
    )
  }
}

const isUnknownChannel = ({ part, rule }: BrokenRule): boolean => part === 'channel' && rule === 'channel'

/** Whether there is nothing to tell. */
export const isClean = ({ silent, undocumented, kinds, wrong }: DocumentFindings): boolean =>
  silent.length + undocumented.length + kinds.length + wrong === 0
