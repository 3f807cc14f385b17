/** `npm run test:soak` asks for the long form of each check; the normal suite runs a short one. */
export const isLong = process.env.TIDINGS_SOAK === 'long'

export function extent<T>(long: T, short: T): T {
  return isLong ? long : short
}

/** Prints a figure of the long form. */
export function figure(text: string): void {
  if (isLong) process.stdout.write(`  ${text}\n`)
}
