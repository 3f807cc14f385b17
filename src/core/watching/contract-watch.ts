import { NO_VIOLATIONS } from '../contract.js'
import type { Message } from '../message.js'
import { BrokenRules, isAlike } from './broken-rules.js'
import type { Incidents } from './incidents.js'
import type { WatchedChannel } from './watched-channel.js'

/** Of incidents that last, so many rules are kept besides the first of each. 100,000 channels may be wrong at once. */
const MOST_RULES = 20_000

/** Finds messages that break the contract that they were checked against. An incident lasts until one keeps it. */
export class ContractWatch {
  #kept = 0

  constructor(private readonly incidents: Incidents) {}

  observe(channel: WatchedChannel, message: Message, now: number): void {
    const violations = message.violations ?? NO_VIOLATIONS
    const [violation] = violations
    if (violation === undefined) {
      this.#kept -= (this.incidents.lastingOn(channel, 'contract')?.rules?.told.length ?? 1) - 1
      this.incidents.right(channel, 'contract', now)
      return
    }
    const incident = this.incidents.wrong(channel, now, { kind: 'contract', violation }, message)
    const first = incident.facts.kind === 'contract' ? incident.facts.violation : violation
    // Most incidents are of one rule, which the incident itself counts.
    if (incident.rules === undefined && violations.every((each) => isAlike(each, first))) return
    incident.rules ??= new BrokenRules(first, incident.messages - 1)
    this.#kept += incident.rules.add(violations, this.#kept < MOST_RULES)
  }
}
