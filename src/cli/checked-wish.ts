import type { ChannelGrammar } from '../core/channel-grammar.js'
import type { TidingsError } from '../core/errors.js'
import type { SubscriberWish } from '../core/subscriber-wish.js'
import { STDOUT } from '../files/output.js'
import type { CommandContext } from './command-context.js'
import { refuseSameFile } from './distinct-files.js'
import { type CheckFlags, contractCheckOf } from './flags/contract.js'
import { tellContract } from './tell-contract.js'
import { tellUnjudged } from './tell-unjudged.js'

/** A wish whose messages are checked, and how it is told what came of that. */
export interface CheckedWish {
  readonly wish: SubscriberWish
  /**
   * Waits for the work of the command. However that ends, calls `end`, and tells what filter and contract have found.
   * @param failureOf with what the command ends after its work, so that a report says so, too
   * @returns what came of the work, and that failure
   * @throws what the work rejects with; TidingsError of kind output if a report cannot be written
   */
  readonly tellAfter: <Outcome>(
    work: Promise<Outcome>,
    end: () => void,
    failureOf: (outcome: Outcome) => TidingsError | undefined
  ) => Promise<{ readonly outcome: Outcome; readonly failure: TidingsError | undefined }>
}

/**
 * Has the messages of a wish checked against the contract that the flags name, if they name one.
 * @param command the name of the command, for the report
 * @throws TidingsError of kind bad-input for a document that cannot be used, usage for flags that need one or name one file twice, output for a report that
 * cannot be written
 */
export async function checkedWishOf(
  unchecked: SubscriberWish,
  flags: CheckFlags & { readonly json?: boolean | undefined; readonly output?: string | undefined },
  grammar: ChannelGrammar,
  command: string,
  context: CommandContext
): Promise<CheckedWish> {
  const { json, report, output, contract, schema } = flags
  if (output !== undefined && output !== STDOUT) refuseSameFile('output', output, { contract, schema })
  const check = await contractCheckOf(flags, grammar, context)
  const others = { output, contract, schema }
  const tellChecked = tellContract(context, check, { command, json, report, others })
  const tellJudged = tellUnjudged(context, unchecked.condition)
  return {
    wish: check === undefined ? unchecked : { ...unchecked, check },
    async tellAfter(work, end, failureOf) {
      const ended = work.then((outcome) => ({ outcome, failure: failureOf(outcome) }))
      const failed = ended.then(
        ({ failure }): unknown => failure,
        (error: unknown) => error
      )
      const failure = await failed
      end()
      tellJudged()
      await tellChecked(failure)
      return ended
    }
  }
}
