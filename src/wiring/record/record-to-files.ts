import type { CommandContext } from '../../cli/command-context.js'
import { startProgress } from '../../cli/progress.js'
import { tellSubscribed } from '../../cli/tell-subscribed.js'
import type { ConnectionOptions } from '../../core/connection.js'
import type { Protocol } from '../../core/protocol.js'
import type { RecordRequest } from '../../core/recording/record-request.js'
import type { SubscriberWish } from '../../core/subscriber-wish.js'
import { recordingFiles } from '../../files/recording/recording-files.js'
import { openSubscriber } from '../../operations/open-subscriber.js'
import { type RecordOutcome, record } from '../../operations/record.js'
import { formatRecordProgress, formatRecordSummary } from '../../ui/record-report.js'

/**
 * Records what is received until enough came, the time is up, the file is large enough, or it is stopped; says at the end what was
 * recorded, also if that failed.
 * @param tidings our version, for the header
 * @throws TidingsError what `openSubscriber` and `record` reject with
 */
export async function recordToFiles(
  context: CommandContext,
  protocol: Protocol,
  options: ConnectionOptions,
  wish: SubscriberWish,
  { sync, timeout, ...request }: RecordRequest,
  tidings: string
): Promise<RecordOutcome> {
  const { io, say, warn } = context
  const { clock, stop } = io
  const onSubscribed = tellSubscribed(context, wish)
  const subscriber = await openSubscriber({ protocol, options, wish, clock, stop, timeout, onSubscribed })
  let sumUp: () => void = () => undefined
  try {
    return await record({
      ...subscriber,
      ...request,
      patterns: wish.patterns,
      tidings,
      files: recordingFiles(sync ? 'always' : 'at-end'),
      onOpen: (recorder) => {
        if (recorder.dropped > 0) warn(`dropped a torn last line of ${recorder.dropped} bytes`)
        const progress = startProgress(context, (elapsedMs) => formatRecordProgress(recorder, elapsedMs))
        sumUp = () => {
          for (const line of formatRecordSummary(recorder, progress.stop())) say(line)
        }
      }
    })
  } finally {
    sumUp()
  }
}
