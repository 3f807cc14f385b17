import { startProgress } from '../../cli/progress.js'
import type { PublishSource } from '../../cli/publish-source.js'
import { formatPublishProgress } from '../../ui/publish-report.js'
import type { PublishWork } from './publish-work.js'

interface Runnable<Outcome> {
  readonly progress: { readonly sent: number; readonly acknowledged: number }
  run(messages: PublishSource['messages']): Promise<Outcome>
}

/** Runs a publication, showing its progress, and measures how long it takes. */
export async function runPublication<Outcome>(
  publication: Runnable<Outcome>,
  work: PublishWork
): Promise<{ outcome: Outcome; elapsedMs: number }> {
  const { clock } = work.io
  const began = clock.monotonic()
  const elapsedMs = () => (clock.monotonic() - began) / 1000
  const progress = startProgress(work, () => formatPublishProgress(publication.progress, elapsedMs()))
  const outcome = await publication.run(work.source.messages)
  progress.stop()
  return { outcome, elapsedMs: elapsedMs() }
}
