import { TidingsError } from '../core/errors.js'
import type { Message } from '../core/message.js'
import { ReplayMessages } from '../core/replay/replay-message.js'
import { quoteName } from '../core/visible-text.js'
import type { ReplayOptions } from './replay-options.js'

/**
 * Makes the messages that are sent. A message that cannot be sent to the target, for example because its new name is no channel, counts as
 * a broken line: it ends the replay, or is left out.
 */
export class OutgoingMessages {
  /** How many messages were left out. */
  unsendable = 0
  /** Why the first of them was left out. */
  whyUnsendable: string | undefined
  /** Why the replay ends at a message. */
  failure: TidingsError | undefined
  readonly #messages: ReplayMessages

  constructor(
    private readonly options: Pick<
      ReplayOptions,
      'changes' | 'target' | 'skipInvalid' | 'clock' | 'onWarning'
    >
  ) {
    const { changes, clock, onWarning } = options
    this.#messages = new ReplayMessages(
      changes,
      () => clock.now(),
      (value) => onWarning(`--shift-time leaves alone what is no timestamp: ${value.slice(0, 60)}`)
    )
  }

  /** @param roundStart where the message's round began on the timeline, in microseconds */
  toSend(recorded: Message, roundStart: number): Message | undefined {
    try {
      return this.options.target.fit(this.#messages.toSend(recorded, roundStart))
    } catch (error) {
      if (!(error instanceof TidingsError)) throw error
      if (!this.options.skipInvalid) {
        this.failure = unsendable(recorded, error)
        return undefined
      }
      this.unsendable++
      this.whyUnsendable ??= error.message
      return undefined
    }
  }
}

function unsendable({ channel }: Message, { message, code, suggestion }: TidingsError): TidingsError {
  return new TidingsError('bad-input', `cannot replay a message of ${quoteName(channel)}: ${message}`, {
    code,
    suggestion: `${suggestion ?? 'give it another name: --map'}; or go on without it: --skip-invalid`
  })
}
