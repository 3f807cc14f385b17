/** So many characters of channels are kept. A hostile broker can make up any number of channels. */
const MOST_CHARACTERS = 4 * 1024 * 1024
/** What an entry costs besides its characters. */
const ENTRY = 100

/** Remembers what was found of channels, where it depends on nothing else: most messages come on channels that came before. */
export class ChannelVerdicts<Verdict extends NonNullable<unknown>> {
  readonly #verdicts = new Map<string, Verdict>()
  #characters = 0
  #lastChannel = ''
  #lastVerdict: Verdict | undefined

  /** The verdict of a channel. The first time, and when it was forgotten, `judge` finds it. */
  verdictOf(channel: string, judge: (channel: string) => Verdict): Verdict {
    if (channel === this.#lastChannel && this.#lastVerdict !== undefined) return this.#lastVerdict
    const verdict = this.#verdicts.get(channel) ?? this.#remember(channel, judge(channel))
    this.#lastChannel = channel
    this.#lastVerdict = verdict
    return verdict
  }

  #remember(channel: string, verdict: Verdict): Verdict {
    this.#characters += channel.length + ENTRY
    if (this.#characters > MOST_CHARACTERS) {
      this.#verdicts.clear()
      this.#characters = channel.length + ENTRY
    }
    this.#verdicts.set(channel, verdict)
    return verdict
  }
}
