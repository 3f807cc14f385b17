import type { Protocol, SpokenProtocol, Transports } from '../core/protocol.js'
import { protocolOfRecording } from '../core/recording/recording-protocol.js'
import { readRecordingHeader } from '../files/recording/recording-input.js'
import type { Io } from './io.js'

/**
 * The protocol of the broker that a recording was made from: its grammar names the recorded channels. Of what can be
 * read only once the header is not known before.
 */
export async function recordedProtocol(
  recording: string | undefined,
  { protocol }: SpokenProtocol,
  transports: Transports,
  io: Io
): Promise<Protocol> {
  if (recording === undefined) return protocol
  const header = await readRecordingHeader(recording, io)
  return (await protocolOfRecording(header, transports)) ?? protocol
}
