import { ArgumentWriter } from './argument-writer.js'
import { FRAME_END, FRAME_HEAD, METHOD } from './frame-types.js'

const NO_ARGUMENTS = (): void => {}

/**
 * Encodes one method as a whole frame.
 * @param channel 0 for the connection itself
 */
export function methodFrame(
  channel: number,
  method: number,
  write: (to: ArgumentWriter) => void = NO_ARGUMENTS
): Buffer {
  const frame = new ArgumentWriter(128)
  frame.byte(METHOD)
  frame.twoBytes(channel)
  frame.fourBytes(0)
  frame.fourBytes(method)
  write(frame)
  frame.setFourBytes(frame.length - FRAME_HEAD, 3)
  frame.byte(FRAME_END)
  return frame.written
}
