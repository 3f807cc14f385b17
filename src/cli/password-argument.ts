/** Stands for "ask for it"; it cannot come from a shell, whose arguments hold no NUL. */
export const PROMPT_FOR_PASSWORD = '\0'

/**
 * Lets `--password` stand without a value, which oclif's flags cannot: the last word, or one before another flag, is
 * given the value that asks for a prompt.
 */
export function withPasswordPrompt(argv: readonly string[]): string[] {
  const end = argv.indexOf('--')
  return argv.flatMap((word, at) => {
    if (word !== '--password' || (end !== -1 && at > end)) return [word]
    const next = argv[at + 1]
    return next === undefined || next.startsWith('-') ? [word, PROMPT_FOR_PASSWORD] : [word]
  })
}
