import { formatDuration } from '../../core/duration.js'
import { quoteForShell } from '../../core/quote-for-shell.js'
import { quoteName } from '../../core/visible-text.js'
import type { Cluster } from './cluster.js'
import { topicSettings } from './topic-settings.js'

const RETENTION = 'retention.ms'
const CLEANUP = 'cleanup.policy'
const TIMES = 'message.timestamp.type'

/** Milliseconds. No topic that keeps messages deletes them sooner; and messages that are just published cost no question. */
const YOUNG = 60_000
/** Topics that are asked about. */
const MOST = 1000

/** What is known of a topic. */
interface Known {
  /** Milliseconds; undefined until the broker has answered. */
  retention: number | undefined
  /** The earliest time of a message for it, in microseconds since 1970. */
  earliest: number
  isTold: boolean
}

/** Tells, once for each topic, that messages are published with times for which the topic may delete them at once. */
export class RetentionNotice {
  readonly #cluster: Cluster
  readonly #warn: (text: string) => void
  readonly #topics = new Map<string, Known>()
  readonly #asking = new Set<Promise<void>>()

  constructor(cluster: Cluster, warn: (text: string) => void) {
    this.#cluster = cluster
    this.#warn = warn
  }

  /**
   * A message is published that has a time of its own.
   * @param sourceTime microseconds since 1970
   * @param now milliseconds since 1970
   */
  note(topic: string, sourceTime: number, now: number): void {
    if (sourceTime / 1000 > now - YOUNG) return
    const known = this.#topics.get(topic)
    if (known === undefined) {
      if (this.#topics.size < MOST) this.#ask(topic, sourceTime)
    } else if (sourceTime < known.earliest) {
      known.earliest = sourceTime
      this.#judge(topic, known)
    }
  }

  /** Resolves once all that has to be told is told. */
  async settled(): Promise<void> {
    await Promise.all(this.#asking)
  }

  #ask(topic: string, earliest: number): void {
    const known: Known = { retention: undefined, earliest, isTold: false }
    this.#topics.set(topic, known)
    const asking = topicSettings(topic, [RETENTION, CLEANUP, TIMES], this.#cluster).then((settings) => {
      const isByTime = settings.get(CLEANUP)?.includes('delete') === true
      // Other topics get the broker's time instead.
      const isOwnTime = settings.get(TIMES) === 'CreateTime'
      const retention = Number(settings.get(RETENTION) ?? -1)
      known.retention = isByTime && isOwnTime && retention >= 0 ? retention : Number.POSITIVE_INFINITY
      this.#judge(topic, known)
      this.#asking.delete(asking)
    })
    this.#asking.add(asking)
  }

  #judge(topic: string, known: Known): void {
    const { retention, earliest } = known
    if (retention === undefined || known.isTold || earliest / 1000 >= Date.now() - retention) return
    known.isTold = true
    this.#warn(
      `the topic ${quoteName(topic)} keeps messages for ${formatDuration(retention)} (${RETENTION}), and may delete at once what is older, such as a message of ${new Date(earliest / 1000).toISOString()}; to keep all: kafka-configs.sh --bootstrap-server ${this.#cluster.asker.broker} --alter --topic ${quoteForShell(topic)} --add-config ${RETENTION}=-1`
    )
  }
}
