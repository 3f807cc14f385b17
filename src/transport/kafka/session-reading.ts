import { TidingsError } from '../../core/errors.js'
import type { KeptPlace } from '../../core/protocol.js'
import { quoteName } from '../../core/visible-text.js'
import { deleteGroups, describeGroups } from './api/describe-groups.js'
import type { Cluster } from './cluster.js'
import { Coordinator } from './coordinator.js'
import { ERROR, errorWords } from './error-codes.js'
import { KeptOffsets } from './kept-offsets.js'

/**
 * Opens the progress of a session: that of the group of its name, which has no members. So a reader begins at once, and nobody else has to
 * wait for it.
 * @throws TidingsError of kind refused: the group of this name has members
 */
export async function openSession(
  session: string,
  cluster: Cluster,
  onFailed: (error: unknown) => void
): Promise<KeptOffsets> {
  const coordinator = new Coordinator(cluster, session)
  const [described] = await coordinator.request(describeGroups, [session], ([group]) => group?.error ?? 0)
  const count = described?.members.length ?? 0
  if (count > 0)
    throw new TidingsError(
      'refused',
      `cannot read for the session ${quoteName(session)}: a group of this name has members`,
      {
        code: 'session-in-use',
        suggestion: `take another name; or share the work of that group: --group ${session}`
      }
    )
  return new KeptOffsets(coordinator, onFailed)
}

/** Whether the cluster keeps the progress of a session. */
export async function isSessionKept(session: string, cluster: Cluster): Promise<boolean> {
  const kept = new KeptOffsets(new Coordinator(cluster, session), () => {})
  return (await kept.stored(null)).size > 0
}

/**
 * Makes the cluster forget a session. Returns whether there was one.
 * @param confirm as that of `Protocol.deleteSession`
 */
export async function forgetSession(
  session: string,
  cluster: Cluster,
  confirm: (places: readonly KeptPlace[]) => Promise<void>
): Promise<boolean> {
  const coordinator = new Coordinator(cluster, session)
  const refused = (why: string) =>
    new TidingsError('refused', `cannot delete the session ${quoteName(session)}: ${why}`, {
      code: 'session-refused'
    })
  const [described] = await coordinator.request(describeGroups, [session], ([group]) => group?.error ?? 0)
  if ((described?.members.length ?? 0) > 0) throw refused(HAS_MEMBERS)
  const foreign = await new KeptOffsets(coordinator, () => {}).storedByOthers()
  if (foreign.length > 0) await confirm(foreign)
  const [answer] = await coordinator.request(deleteGroups, [session], ([group]) => group?.error ?? 0)
  const error = answer?.error ?? ERROR.none
  if (error === ERROR.none) return true
  if (error === ERROR.groupIdNotFound) return false
  throw refused(error === ERROR.nonEmptyGroup ? HAS_MEMBERS : errorWords(error))
}

const HAS_MEMBERS = 'the group of this name has members'
