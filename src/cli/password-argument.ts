/** The value of `--password` that asks for a prompt. It cannot come from a shell, whose arguments contain no NUL. */
export const PROMPT_FOR_PASSWORD = '\0'

/**
 * Allows `--password` without a value, which oclif does not support. Where it is the last word, or a flag follows, it gets the value that
 * asks for a prompt.
 */
export function withPasswordPrompt(argv: readonly string[]): string[] {
  const end = argv.indexOf('--')
  return argv.flatMap((word, at) => {
    if (word !== '--password' || (end !== -1 && at > end)) return [word]
    const next = argv[at + 1]
    return next === undefined || next.startsWith('-') ? [word, PROMPT_FOR_PASSWORD] : [word]
  })
}
