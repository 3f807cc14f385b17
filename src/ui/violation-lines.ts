import type { Violation } from '../core/contract.js'
import { describeViolation } from '../core/violation-text.js'
import { visibleText } from '../core/visible-text.js'
import { MARGIN } from './message-payload.js'
import type { Theme } from './theme.js'
import { wrapWords } from './wrap-cells.js'

const MARK = '! '
const LEAST_WIDTH = 20

/** What is wrong with a message, to stand below it: one line for each violation where it fits. Ends with a line feed. */
export function formatViolationLines(
  violations: readonly Violation[],
  width: number,
  theme: Pick<Theme, 'wrong'>
): string {
  const room = Math.max(width, LEAST_WIDTH) - MARGIN.length - MARK.length
  return violations
    .flatMap((each) =>
      wrapWords(visibleText(describeViolation(each)), room).map(
        (line, at) => `${MARGIN}${theme.wrong(`${at === 0 ? MARK : ' '.repeat(MARK.length)}${line}`)}\n`
      )
    )
    .join('')
}
