import { interruptedBy } from '../../cli/io.js'
import { Publication } from '../../operations/publish.js'
import { NOTHING_PUBLISHED, publishClosingLine, publishFailure } from '../../ui/publish-report.js'
import type { PublishWork } from './publish-work.js'
import { runPublication } from './run-publication.js'

/**
 * Publishes everything over one connection, and says so.
 * @throws TidingsError what `openConnection` rejects with; what became of messages that were not acknowledged
 */
export async function publishToBroker(work: PublishWork): Promise<void> {
  const { io, source, protocol, options, target, limits, say, warn } = work
  const { clock, stop } = io
  const connection = await protocol.open(options)
  const publication = new Publication({ connection, clock, stop, ...limits })
  const { outcome, elapsedMs } = await runPublication(publication, work)
  await connection.close(limits.drainTimeout)
  for (const loss of target.losses) warn(loss)
  const { channel, guarantee } = source
  const failure = publishFailure(outcome, { channel, interrupted: interruptedBy(io) })
  if (failure) throw failure
  if (outcome.sent === 0) return warn(NOTHING_PUBLISHED)
  say(publishClosingLine(outcome.acknowledged, channel, guarantee, elapsedMs))
}
