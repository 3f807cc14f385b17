import type { ChannelGrammar } from './channel-grammar.js'

type LevelRules = Pick<ChannelGrammar, 'separator' | 'isLiteral'>

/** The levels of a channel or pattern. Of an address that is meant literally, the first one is all before the last slash. */
export function levelsOf(text: string, { separator, isLiteral }: LevelRules): string[] {
  const slash = isLiteral?.(text) ? text.lastIndexOf('/') : -1
  if (slash < 0) return text.split(separator)
  return [text.slice(0, slash), ...text.slice(slash + 1).split(separator)]
}

/** The channel or pattern with these levels, as `levelsOf` returns them. */
export function joinLevels(levels: readonly string[], { separator, isLiteral }: LevelRules): string {
  const [first = '', ...others] = levels
  const place = `${first}/`
  return isLiteral?.(place) ? place + others.join(separator) : levels.join(separator)
}
