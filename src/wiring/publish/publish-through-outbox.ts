import { interruptedBy } from '../../cli/io.js'
import { openOutbox } from '../../files/outbox/open-outbox.js'
import { OutboxPublication } from '../../operations/outbox.js'
import { outboxClosingLine, outboxPublishFailure } from '../../ui/outbox-report.js'
import { NOTHING_PUBLISHED } from '../../ui/publish-report.js'
import type { PublishWork } from './publish-work.js'
import { runPublication } from './run-publication.js'

/**
 * Puts everything on disk, sends what can be sent meanwhile, and says what became of it.
 * @param name the outbox as the user has named it
 * @throws TidingsError for messages that are neither on disk nor acknowledged, and for bad connection options
 */
export async function publishThroughOutbox(work: PublishWork, name: string): Promise<void> {
  const { io, source, protocol, options, target, limits, say, warn } = work
  const { clock, stop } = io
  // Before anything is stored.
  await protocol.checkOptions(options)
  const publication = new OutboxPublication({
    outbox: openOutbox(name, { make: true, clock, onNotice: warn }),
    connect: () => protocol.open(options),
    target,
    clock,
    random: Math.random,
    stop,
    ...limits,
    onWaiting: say
  })
  const { outcome, elapsedMs } = await runPublication(publication, work)
  for (const loss of target.losses) warn(loss)
  const context = { outbox: name, interrupted: interruptedBy(io) }
  const failure = outboxPublishFailure(outcome, context)
  if (failure) throw failure
  if (outcome.stored + outcome.others.acknowledged === 0) return warn(NOTHING_PUBLISHED)
  const { channel, guarantee } = source
  say(outboxClosingLine(outcome, { ...context, channel, guarantee, elapsedMs }))
}
