import type { CommandContext } from '../../cli/command-context.js'
import type { AcknowledgementLimits } from '../../cli/flags/acknowledgement.js'
import type { PublishSource } from '../../cli/publish-source.js'
import type { ConnectionOptions } from '../../core/connection.js'

/** What is to be published, where, and how long to wait for answers. */
export interface PublishWork extends CommandContext {
  readonly source: PublishSource
  readonly options: ConnectionOptions
  readonly limits: AcknowledgementLimits
}
