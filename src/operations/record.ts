import type { TidingsError } from '../core/errors.js'
import type { Message } from '../core/message.js'
import type { RecordProgress } from '../core/recording/record-progress.js'
import { contractFailure } from './contract-failure.js'
import { openSubscriber, type SubscriberOptions } from './open-subscriber.js'
import { Recorder, type RecorderOptions } from './recorder.js'
import { type SubscribeOptions, type SubscribeOutcome, subscribe } from './subscribe.js'
import { subscribeFailure, type WantedMessages } from './subscribe-failure.js'

export interface RecordOptions
  extends SubscriberOptions,
    Pick<SubscribeOptions, 'count' | 'idle'>,
    Omit<RecorderOptions, 'broker' | 'clock' | 'patterns' | 'isHistory'> {
  /** Ends the recording once this many bytes were written. */
  readonly size?: number | undefined
  /** Called once the file is open. The object shows the progress from then on. */
  readonly onOpen: (progress: RecordProgress) => void
}

export interface RecordOutcome extends Omit<SubscribeOutcome, 'ended'> {
  readonly ended: SubscribeOutcome['ended'] | 'size'
}

/**
 * Connects, and records messages until enough messages came, the time is up, the file is large enough, or `stop` aborts. A message is
 * acknowledged to the broker only after its entry is on disk. The recording is closed in every case.
 * @throws TidingsError what opening a connection, `subscribe` and the files reject with
 */
export async function record(options: RecordOptions): Promise<RecordOutcome> {
  const { wish, stop, count, idle, mode, onOpen, size = Number.POSITIVE_INFINITY } = options
  const subscriber = await openSubscriber(options)
  const { connection } = subscriber
  const isHistory = wish.subscriptions.some(({ from }) => from !== undefined && from !== 'latest')
  // Retained messages may come before the file is there.
  const began = options.clock.monotonic()
  const place = { patterns: wish.patterns, broker: connection.broker.url, isHistory, began }
  let opening: Promise<Recorder> | undefined
  const open = (): Promise<Recorder> => {
    opening ??= Recorder.open({ ...options, ...place }).then((recorder) => {
      onOpen(recorder)
      return recorder
    })
    return opening
  }
  // A file that is replaced is kept until the broker has granted the subscription.
  if (mode !== 'overwrite') {
    try {
      await open()
    } catch (error) {
      await connection.close(0)
      throw error
    }
  }
  const full = new AbortController()
  const broken = new AbortController()
  const write = async (batch: readonly Message[]) => {
    const recorder = await open()
    await recorder.write(batch)
    if (recorder.bytes >= size) full.abort()
  }
  const onSubscribed: typeof subscriber.onSubscribed = (grants) => {
    subscriber.onSubscribed(grants)
    open().catch(() => broken.abort())
  }
  let outcome: SubscribeOutcome
  try {
    outcome = await subscribe({
      ...subscriber,
      write,
      onSubscribed,
      count,
      idle,
      stop: AbortSignal.any([stop, full.signal, broken.signal])
    })
  } finally {
    const recorder = await opening?.catch(() => undefined)
    await recorder?.close()
  }
  // Rejects with why the file could not be opened.
  await opening
  return full.signal.aborted && outcome.ended === 'stop' ? { ...outcome, ended: 'size' } : outcome
}

/** The failure of a recording, as `subscribeFailure` decides it. A recording that has reached its size is no failure. */
export function recordFailure(
  { ended, ...outcome }: RecordOutcome,
  count: number | undefined,
  interruptedBy: string | undefined,
  wanted?: WantedMessages,
  hints?: readonly string[]
): TidingsError | undefined {
  if (ended === 'size') return contractFailure(wanted?.check)
  return subscribeFailure({ ...outcome, ended }, count, interruptedBy, wanted, hints)
}
