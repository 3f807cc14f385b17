/** What is known of one of a command's flags. */
export interface KnownFlag {
  readonly char?: string | undefined
  /** A `boolean` takes no value. */
  readonly type: 'boolean' | 'option'
}

/**
 * The names of the flags on a command line: in their long or short form, alone or in a row (`-lj`), with or without a value. oclif's parser
 * may have refused this command line, so a word that follows an option is not taken for that option's value.
 */
export function flagsGiven(
  argv: readonly string[],
  flags: Readonly<Record<string, KnownFlag>>
): ReadonlySet<string> {
  const given = new Set<string>()
  const nameOf = (char: string) => Object.keys(flags).find((name) => flags[name]?.char === char)
  for (const word of argv) {
    if (word === '--') break
    if (word.startsWith('--')) given.add(word.slice(2).replace(/=.*/s, ''))
    else if (word.startsWith('-')) {
      for (const char of word.slice(1)) {
        const name = nameOf(char)
        if (name === undefined) break
        given.add(name)
        if (flags[name]?.type !== 'boolean') break
      }
    }
  }
  return given
}
