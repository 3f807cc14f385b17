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

/** The longest text that is sent with a code. */
const LONGEST_REASON = 80

/** Encodes a method that closes a channel or the connection, with a code and a text. */
export const closeFrame = (channel: number, method: number, code: number, text: string): Buffer =>
  methodFrame(channel, method, (to) => {
    to.twoBytes(code)
    to.shortText(text.slice(0, LONGEST_REASON))
    // The class and the method that are to blame: none.
    to.fourBytes(0)
  })
