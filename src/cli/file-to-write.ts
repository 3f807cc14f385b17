import { TidingsError } from '../core/errors.js'
import { flagsOfPosition } from '../core/history-position.js'
import { quoteForShell } from '../core/quote-for-shell.js'
import { quoteName } from '../core/visible-text.js'

/**
 * Refuses a file whose name is a position in a history for another program's `-o`. Who types `-o end` there means no file, and what a file
 * of this name held would be lost.
 * @throws TidingsError of kind usage
 */
export function checkFileToWrite(output: string | undefined): void {
  const meant = output === undefined ? undefined : flagsOfPosition(output)
  if (output === undefined || meant === undefined) return
  throw new TidingsError(
    'usage',
    `cannot use "--output" with ${quoteName(output)}: it looks like a position in a history, and -o names a file here`,
    {
      code: 'position-as-file',
      suggestion: `for the position: ${meant}; for a file of this name: --output ${quoteForShell(`./${output}`)}`
    }
  )
}
