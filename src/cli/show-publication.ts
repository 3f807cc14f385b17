import type { PublishProgress } from '../core/publish-outcome.js'
import { formatPublishProgress } from '../ui/publish-report.js'
import type { CommandContext } from './command-context.js'
import { type Progress, startProgress } from './progress.js'

/** Measures a publication, and shows its progress on a terminal. */
export const showPublication = (
  context: CommandContext,
  publication: { readonly progress: Pick<PublishProgress, 'sent' | 'acknowledged'> }
): Progress => startProgress(context, (elapsedMs) => formatPublishProgress(publication.progress, elapsedMs))
