import { quoteName } from './visible-text.js'

/**
 * What to tell of a channel that comes from another protocol, or is typed as there, where a level of it holds the separator of this one,
 * such as a dot. `undefined` for a channel that keeps its levels.
 * @param spelled the channel as this protocol spells it
 * @param separator divides the levels of `spelled`
 */
export function splitLevels(channel: string, spelled: string, separator: string): string | undefined {
  const levels = channel.split(separator).length
  if (levels === 1 || spelled.split(separator).length === levels) return undefined
  return `${quoteName(channel)} is ${quoteName(spelled)} at this broker: "${separator}" divides levels there, so a level that holds one becomes several`
}
