import type { Contract } from '../core/contract.js'
import { counted } from '../core/counted.js'
import type { TestCase, TestFailure } from '../core/test-report.js'
import type { BrokenRule, ViolationTally } from '../core/violation-tally.js'
import { describeViolation } from '../core/violation-text.js'

/**
 * What a CI system is told of messages that were checked: a case for each channel that the contract names or that messages came on,
 * and for each address with a parameter on which none came.
 * @param others what else is wrong, by the channel or address that it is about
 */
export function contractCases(
  contract: Pick<Contract, 'channels' | 'unheardAddresses'>,
  tally: ViolationTally,
  others: ReadonlyMap<string, readonly TestFailure[]> = new Map()
): TestCase[] {
  const failures = new Map(Array.from(others, ([name, list]) => [name, [...list]]))
  for (const broken of tally.rules) {
    const known = failures.get(broken.channel)
    if (known === undefined) failures.set(broken.channel, [failureOf(broken)])
    else known.push(failureOf(broken))
  }
  const heard = tally.channels.keys()
  // Where not all channels are known by their names, nobody knows on which addresses nothing came.
  const unheard = tally.elsewhere === 0 ? contract.unheardAddresses(heard) : []
  const names = new Set([...contract.channels, ...unheard, ...tally.channels.keys(), ...failures.keys()])
  const cases = [...names].sort().map((name): TestCase => {
    const isSeen = tally.channels.has(name) || failures.has(name)
    return {
      name,
      failures: failures.get(name) ?? [],
      skipped: isSeen ? undefined : 'no message came'
    }
  })
  return [...cases, ...furtherCases(tally)]
}

function failureOf({ rule, count, example }: BrokenRule): TestFailure {
  return {
    message: describeViolation(example),
    type: rule,
    details: `${counted(count)}; the first one against ${example.schema}`
  }
}

/** What was counted and not told one by one, because there was too much of it. */
function furtherCases({ further, elsewhere }: ViolationTally): TestCase[] {
  if (further === 0 && elsewhere === 0) return []
  const message = `rules were broken ${further} more times on this or other channels`
  const failure = { message, type: 'further', details: 'more channels or rules than are told one by one' }
  return [
    {
      name: `${counted(elsewhere)} on further channels`,
      failures: further === 0 ? [] : [failure]
    }
  ]
}
