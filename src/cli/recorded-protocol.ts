import type { Protocol, SpokenProtocol, Transports } from '../core/protocol.js'
import { protocolOfRecording } from '../core/recording/recording-protocol.js'
import { STDIN } from '../files/input.js'
import { readRecordingHeader } from '../files/recording/recording-input.js'
import type { Io } from './io.js'

/**
 * The protocol of the broker that a recording was made from: its grammar names the recorded channels. stdin can be read only once, so its
 * header is not read here.
 */
export async function recordedProtocol(
  recording: string | undefined,
  { protocol }: SpokenProtocol,
  transports: Transports,
  io: Io
): Promise<Protocol> {
  if (recording === undefined || recording === STDIN) return protocol
  const header = await readRecordingHeader(recording, io)
  return (await protocolOfRecording(header, transports)) ?? protocol
}
