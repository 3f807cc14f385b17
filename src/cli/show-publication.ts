import type { PublishProgress } from '../core/publish-outcome.js'
import { formatPublishProgress } from '../ui/publish-report.js'
import type { CommandContext } from './command-context.js'
import { startProgress } from './progress.js'

/** Shows on a terminal how far a publication has come, until what is returned is called. */
export const showPublication =
  (context: CommandContext) =>
  (publication: { readonly progress: Pick<PublishProgress, 'sent' | 'acknowledged'> }): (() => void) =>
    startProgress(context, (elapsedMs) => formatPublishProgress(publication.progress, elapsedMs)).stop
