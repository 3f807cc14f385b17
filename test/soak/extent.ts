/**
 * How long the checks go on: short in the normal suite, `long` by `npm run test:soak` (about five minutes in all), and
 * `full` with TIDINGS_SOAK=full: all the messages, cuts and runs that are promised.
 */
const asked = process.env.TIDINGS_SOAK ?? 'short'

export const isLong = asked !== 'short'

export function extent<T>({ short, long, full = long }: { short: T; long: T; full?: T }): T {
  return asked === 'full' ? full : isLong ? long : short
}

/** Prints a figure of the long forms. */
export function figure(text: string): void {
  if (isLong) process.stdout.write(`  ${text}\n`)
}
