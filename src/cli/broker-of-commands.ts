import { TidingsError } from '../core/errors.js'
import { shownUrl } from '../core/profile/shown-setting.js'
import { splitBrokers } from './broker-list.js'
import type { CommandContext } from './command-context.js'
import { wantedProfile } from './wanted-profile.js'

/** A broker that commands use where their line names none. */
export interface BrokerOfCommands {
  /** `TIDINGS_BROKER`, or `the profile "prod"`. */
  readonly named: string
  /** As they were written, without passwords. */
  readonly brokers: readonly string[]
}

/**
 * The broker that the environment or the profile in use names for commands whose line names none; undefined where nothing does. A file of
 * profiles that is wrong is not told: who connects is told.
 */
export async function brokerOfCommands(
  context: Pick<CommandContext, 'io' | 'warn'>
): Promise<BrokerOfCommands | undefined> {
  const text = context.io.env.TIDINGS_BROKER
  if (text) return { named: 'TIDINGS_BROKER', brokers: splitBrokers(text).map(shownUrl) }
  const line = { profile: undefined, hasBroker: false }
  const given = { flags: new Set<string>(), variables: new Set<string>() }
  try {
    const used = await wantedProfile(line, given, async () => undefined, context)
    if (used === undefined) return undefined
    const { name, settings } = used.profile
    return { named: `the profile "${name}"`, brokers: settings.broker.flatMap(splitBrokers).map(shownUrl) }
  } catch (error) {
    if (error instanceof TidingsError) return undefined
    throw error
  }
}
