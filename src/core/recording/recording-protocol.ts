import { TidingsError } from '../errors.js'
import type { Protocol, Transports } from '../protocol.js'
import type { RecordingHeader } from './recording-header.js'

/** The protocol of the broker that a recording's header names; `undefined` if there is none, or tidings does not speak the protocol. */
export async function protocolOfRecording(
  header: RecordingHeader | undefined,
  transports: Transports
): Promise<Protocol | undefined> {
  if (header === undefined || header.broker === '') return undefined
  try {
    return (await transports.find([header.broker])).protocol
  } catch (error) {
    if (error instanceof TidingsError) return undefined
    throw error
  }
}
