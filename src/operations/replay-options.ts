import type { AcknowledgementLimits } from '../core/acknowledgement-limits.js'
import type { Clock } from '../core/clock.js'
import type { BrokerConnection } from '../core/connection.js'
import type { MessageTarget } from '../core/message-target.js'
import type { ReplayRequest } from '../core/replay/replay-request.js'
import type { ReplaySource } from './replay-cursor.js'

/** What the user asks of a replay, and what the replay needs. */
export interface ReplayOptions extends ReplayRequest, AcknowledgementLimits {
  readonly source: ReplaySource
  readonly connection: Pick<BrokerConnection, 'publish' | 'settled' | 'confirmRead' | 'closed' | 'close'>
  readonly clock: Clock
  readonly stop: AbortSignal
  /** Makes every message fit what it is published to. */
  readonly target: MessageTarget
  readonly onNotice: (text: string) => void
  /** Called with one line that the user must be told even with `--quiet`. */
  readonly onWarning: (text: string) => void
}
