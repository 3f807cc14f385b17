import type { Io } from '../../cli/io.js'
import { asReadFailure, openRecording } from '../../files/recording/recording-input.js'
import { type RecordingReport, verifyRecording } from '../../operations/verify-recording.js'
import { verifyFailure } from '../../ui/verify-report.js'

/**
 * Reports on stdout what a recording holds.
 * @throws TidingsError of kind bad-input if it is not whole
 */
export async function verifyFile(
  io: Io,
  name: string,
  format: (name: string, report: RecordingReport) => string
): Promise<void> {
  const report = await verifyRecording(
    (onHeader) => openRecording(name, io, { onHeader, signal: io.stop }),
    asReadFailure
  )
  await io.stdout.write(format(name, report))
  const failure = verifyFailure(report)
  if (failure) throw failure
}
