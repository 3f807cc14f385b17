import type { ChannelGrammar } from '../core/channel-grammar.js'
import type { SubscriberWish } from '../core/subscriber-wish.js'

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
export const watchHints = (...[grammar, flags, wish]: Parameters<typeof silenceHints>): readonly string[] => [
  ...(wish.retained === 'skip' ? [LEFT_OUT] : []),
  ...silenceHints(grammar, flags, wish),
  EXPECT_IT
]
