import type { Message } from '../../src/core/message.js'
import type { MessageCondition } from '../../src/core/message-condition.js'

/** A condition that can judge each message, and takes `stepsEach` for it. */
export const plainCondition = (
  isMet: (message: Message) => boolean,
  stepsEach = 0
): MessageCondition & { steps: number } => ({
  steps: 0,
  unjudged: { count: 0, reasons: [] },
  isMet(message) {
    this.steps += stepsEach
    return isMet(message)
  }
})
