import type { AcknowledgementLimits } from '../core/acknowledgement-limits.js'
import type { Clock } from '../core/clock.js'
import type { BrokerConnection } from '../core/connection.js'
import type { MessageTarget } from '../core/message-target.js'
import type { ReplayRequest } from '../core/replay/replay-request.js'
import type { ReplaySource } from './replay-cursor.js'

/** What a replay is to do, and with what. */
export interface ReplayOptions extends ReplayRequest, AcknowledgementLimits {
  readonly source: ReplaySource
  readonly connection: Pick<BrokerConnection, 'publish' | 'settled' | 'confirmRead' | 'closed' | 'close'>
  readonly clock: Clock
  readonly stop: AbortSignal
  /** What every message is made to fit. */
  readonly target: MessageTarget
  readonly onNotice: (text: string) => void
  /** One line that has to be told even when it is quiet. */
  readonly onWarning: (text: string) => void
}
