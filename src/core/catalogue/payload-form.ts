import type { ObservedChannel } from './observed-channel.js'

/**
 * What channels carry, as far as it tells whether they are alike: objects, arrays, plain values or binary; empty if nothing is known.
 * Numbers and texts are one form: a sensor that says `21.5` may also say `unavailable`. Some bytes of a binary protocol happen to
 * be a text. Empty payloads have no form.
 */
export function payloadForm(channels: readonly ObservedChannel[]): string {
  for (const { kinds, shape } of channels) {
    if (shape?.objects) return 'object'
    if (shape && shape.arrays > 0) return 'array'
    if (kinds.includes('binary')) return 'binary'
    if (shape || kinds.includes('text')) return 'plain'
  }
  return ''
}
