import type { Output } from '../files/output.js'

const ENOUGH = 64 * 1024

/** Writes lines in large pieces. Each line has its own newline. */
export async function writeLines(output: Output, lines: Iterable<string>): Promise<void> {
  let text = ''
  for (const line of lines) {
    text += line
    if (text.length < ENOUGH) continue
    await output.write(text)
    text = ''
  }
  if (text !== '') await output.write(text)
}
