import type { ObservedChannel } from './observed-channel.js'

/**
 * The form of the payloads of channels, for a comparison of channels: object, array, binary or plain value; empty if nothing is known.
 * Numbers and texts have one form, because a sensor that says `21.5` may also say `unavailable`. A channel with any binary payload is
 * binary, because some bytes of a binary protocol happen to be a text. Empty payloads have no form.
 */
export function payloadForm(channels: readonly ObservedChannel[]): string {
  for (const { kinds, hadObjects, hadArrays } of channels) {
    if (hadObjects) return 'object'
    if (hadArrays) return 'array'
    if (kinds.includes('binary')) return 'binary'
    if (kinds.includes('json') || kinds.includes('text')) return 'plain'
  }
  return ''
}
