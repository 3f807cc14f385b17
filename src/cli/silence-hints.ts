import type { ChannelGrammar } from '../core/channel-grammar.js'
import type { SubscriberWish } from '../core/subscriber-wish.js'

const MAY_BE_MISSING = 'see with "tidings channels", on the same --broker, whether there is such a channel'

const isWild = (pattern: string) => /[+#*]/.test(pattern)

/** As `silenceHints`, for who has subscribed: without a word of the channel where the broker would have refused one that is not there. */
export function subscriberHints(
  grammar: Pick<ChannelGrammar, 'silence' | 'unkept' | 'refusesUnknown'>,
  flags: { readonly broker?: unknown },
  wish: Pick<SubscriberWish, 'session' | 'retained' | 'subscriptions'>
): readonly string[] {
  const isThere =
    grammar.refusesUnknown === true && !wish.subscriptions.some(({ pattern }) => isWild(pattern))
  const hints = silenceHints(grammar, flags, wish)
  return isThere || wish.retained === 'only' ? hints : [MAY_BE_MISSING, ...hints]
}

/**
 * What to think of where nothing came, as parts of a suggestion. The embedded broker, which is there where none is named, denies nothing.
 * What was published before is no matter to who has a session or a group, or wants nothing of it.
 */
export function silenceHints(
  { silence, unkept }: Pick<ChannelGrammar, 'silence' | 'unkept'>,
  { broker }: { readonly broker?: unknown },
  {
    session,
    retained,
    subscriptions
  }: Partial<Pick<SubscriberWish, 'session' | 'retained' | 'subscriptions'>>
): readonly string[] {
  const isShared = subscriptions?.some(({ group }) => group !== undefined) ?? false
  const mayMiss = session === undefined && retained !== 'skip' && !isShared
  const hints = [mayMiss ? unkept : undefined, broker === undefined ? undefined : silence]
  return hints.filter((hint) => hint !== undefined)
}

const LEFT_OUT = 'what the broker has retained is left out: --retained include counts it'
const EXPECT_IT = 'with --expect CHANNEL, its silence is an incident'

/** What to think of where a watch saw nothing. */
export const watchHints = (
  ...[grammar, flags, wish]: Parameters<typeof subscriberHints>
): readonly string[] => [
  ...(wish.retained === 'skip' ? [LEFT_OUT] : []),
  ...subscriberHints(grammar, flags, wish),
  EXPECT_IT
]
