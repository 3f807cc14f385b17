import type { BrokerCheck, CheckOptions } from '../../../core/broker-check.js'
import { TidingsError } from '../../../core/errors.js'
import { soon } from '../../../core/soon.js'
import { quoteName } from '../../../core/visible-text.js'
import { formatBrokerUrl } from '../../broker-url.js'
import type { Cluster } from '../cluster.js'
import { PartitionError } from '../start-positions.js'
import { readFailure } from '../subscribe-refusals.js'
import { isOfTheBroker } from './asking.js'
import { type GroupLag, groupLag } from './group-lag.js'
import { lagFinding } from './lag-finding.js'

/**
 * Tells how far a group has come, and nothing else: it only asks.
 * @throws TidingsError of kind refused: there is no such group, or this user may not see it or its topics. Unfinished: no answer.
 */
export async function checkGroup(
  group: string,
  cluster: Cluster,
  options: CheckOptions
): Promise<BrokerCheck> {
  const lag = await lagIn(group, cluster, options)
  if (lag === undefined) throw unfinished(group, 'no answer in time')
  if (lag.state === 'Dead' && lag.partitions.length === 0)
    throw new TidingsError(
      'refused',
      `cannot look at the group ${quoteName(group)}: there is no such group`,
      {
        code: 'no-such-group',
        suggestion: 'a group is there once it has members, or has stored how far it has come'
      }
    )
  return { broker: formatBrokerUrl(cluster.url), findings: [lagFinding(group, lag)], warnings: [] }
}

async function lagIn(group: string, cluster: Cluster, options: CheckOptions): Promise<GroupLag | undefined> {
  try {
    return await soon(groupLag(group, cluster), options)
  } catch (error) {
    if (error instanceof PartitionError) throw readFailure(error.code, error.place.topic, cluster.asker)
    if (isOfTheBroker(error)) throw unfinished(group, (error as Error).message)
    throw error
  }
}

const unfinished = (group: string, why: string) =>
  new TidingsError('unfinished', `cannot look at the group ${quoteName(group)}: ${why}`, {
    code: 'no-answer'
  })
