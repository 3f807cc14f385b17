import type { CommandContext } from '../../cli/command-context.js'
import type { AcknowledgementLimits } from '../../cli/flags/acknowledgement.js'
import type { PublishSource } from '../../cli/publish-source.js'
import type { ConnectionOptions } from '../../core/connection.js'
import type { MessageTarget } from '../../core/message-target.js'
import type { Protocol } from '../../core/protocol.js'

/** What is to be published, where, and how long to wait for answers. */
export interface PublishWork extends CommandContext {
  readonly source: PublishSource
  readonly protocol: Protocol
  readonly options: ConnectionOptions
  /** What every message is made to fit. */
  readonly target: MessageTarget
  readonly limits: AcknowledgementLimits
}
