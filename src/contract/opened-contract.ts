import { ChannelVerdicts } from '../core/channel-verdicts.js'
import type { Contract, Violation } from '../core/contract.js'
import type { Message } from '../core/message.js'
import { hasParameters } from './address.js'
import type { ChannelFound } from './channel-table.js'
import { CheckedChannel } from './checked-channel.js'
import type { DescribedChannel } from './described-message.js'
import { MessageCheck } from './message-check.js'
import { MessageValue, MOST_BYTES } from './message-value.js'
import type { SchemaViolations } from './schema/schema-violations.js'
import type { Validator } from './schema/validator.js'
import { TOO_MUCH_WORK, type WorkBudget } from './work-budget.js'

/** What checks messages. */
export interface CheckingParts {
  readonly validator: Validator
  readonly explainer: SchemaViolations
  readonly budget: WorkBudget
}

/** Finds the described channel of a channel. */
interface ChannelFinder {
  find(name: string): ChannelFound
}

type Verdict = CheckedChannel | readonly Violation[]

/** A contract that is open. */
export class OpenedContract implements Contract {
  readonly name: string
  readonly channels: readonly string[]
  readonly addresses: readonly string[]
  readonly unchecked: readonly string[]
  readonly #value = new MessageValue()
  readonly #described = new Map<DescribedChannel, CheckedChannel>()
  readonly #verdicts = new ChannelVerdicts<Verdict>()

  constructor(
    { name, channels, addresses, unchecked }: Pick<Contract, 'name' | 'channels' | 'addresses' | 'unchecked'>,
    private readonly finder: ChannelFinder,
    private readonly parts: CheckingParts
  ) {
    this.name = name
    this.channels = channels
    this.addresses = addresses
    this.unchecked = unchecked
  }

  check(message: Message): readonly Violation[] {
    try {
      const verdict = this.#verdicts.verdictOf(message.channel, this.#judge)
      if (!(verdict instanceof CheckedChannel)) return verdict
      this.#value.of(message)
      if (this.#value.isTooLarge)
        return [beyond(`at most ${MOST_BYTES} bytes`, `${message.payload?.length} bytes`)]
      return verdict.check(message, this.#value)
    } catch (error) {
      return [beyond('a message that can be checked in bounded time', whyNotChecked(error))]
    }
  }

  unheardAddresses(
    channels: Iterable<string>,
    among: Iterable<string> = this.addresses.filter(hasParameters)
  ): readonly string[] {
    const unheard = new Set(among)
    for (const channel of channels) {
      if (unheard.size === 0) break
      const address = this.#addressOf(channel)
      if (address !== undefined) unheard.delete(address)
    }
    return [...unheard]
  }

  #addressOf(channel: string): string | undefined {
    this.parts.budget.renew()
    try {
      const found = this.finder.find(channel)
      return 'violation' in found ? undefined : found.channel.address
    } catch {
      // A parameter that takes too long to check is no channel of the address.
      return undefined
    }
  }

  readonly #judge = (channel: string): Verdict => {
    this.parts.budget.renew()
    const found = this.finder.find(channel)
    return 'violation' in found ? [found.violation] : this.#checkedChannel(found.channel)
  }

  #checkedChannel(channel: DescribedChannel): CheckedChannel {
    const known = this.#described.get(channel)
    if (known !== undefined) return known
    const { validator, explainer, budget } = this.parts
    const checks = (channel.messages ?? []).map(
      (message) => new MessageCheck(message, validator, explainer, budget)
    )
    const made = new CheckedChannel(checks, budget)
    this.#described.set(channel, made)
    return made
  }
}

/** What is beyond the bounds of checking. */
function beyond(expected: string, found: string): Violation {
  return { part: 'payload', pointer: '', rule: 'limit', expected, found, schema: '' }
}

function whyNotChecked(error: unknown): string {
  if (error === TOO_MUCH_WORK) return 'one that takes too long'
  // What validates values is recursive.
  if (error instanceof RangeError) return 'one that is nested too deeply'
  return 'one whose schema cannot be compiled'
}
