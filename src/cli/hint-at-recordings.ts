import { quoteName } from '../core/visible-text.js'
import { looksLikeRecording } from '../files/recording/looks-like-recording.js'

/**
 * Warns of what is taken for a channel and was probably meant as a recording.
 * @param how what reads a recording of that name
 */
export function hintAtRecordings(
  channels: readonly string[],
  how: (name: string) => string,
  warn: (text: string) => void
): void {
  for (const name of channels.filter(looksLikeRecording))
    warn(`${quoteName(name)} is taken for a channel; a recording of that name is read by ${how(name)}`)
}
