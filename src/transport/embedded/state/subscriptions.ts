import type { Grant, Qos, StoredSubscription } from '../store/facts.js'
import type { BrokerMessage } from './broker-message.js'
import type { Session } from './session.js'
import { gradeOf, type Room, SharedGroup } from './shared-group.js'
import { TopicTree } from './topic-tree.js'

/** That a session gets a message, and how. */
export interface Destination {
  readonly session: Session
  readonly grant: Grant
}

/** How messages of one channel reach one session. */
interface Route {
  readonly session: Session
  readonly grants: Grants
  /** For what the session's own client published; absent: nothing [MQTT-3.8.3-3]. */
  readonly ownGrants: Grants | undefined
}

/** Who gets what is published to one channel. */
interface Routes {
  readonly sessions: readonly Route[]
  /** Of each group one member. */
  readonly groups: readonly SharedGroup[]
  readonly hasOwn: boolean
  /** By QoS and retain flag: destinations that are the same for every message. */
  readonly known: (readonly Destination[] | undefined)[]
}

interface Subscribers {
  readonly sessions: Map<Session, StoredSubscription>
  readonly groups: Map<string, SharedGroup>
}

/** Subscriptions in the routes that are kept, and long channel names; all go when a subscription changes or there are more. */
const MOST_ROUTES = 50_000
/** So many characters count as one subscription. */
const LONG_NAME = 100

/** Who subscribed to what. A message that several subscriptions of a session match goes to it once [MQTT-3.3.4-2]. */
export class Subscriptions {
  readonly #tree = new TopicTree<Subscribers>()
  readonly #known = new Map<string, Routes>()
  #routes = 0

  /** How many words its filters have. */
  get levels(): number {
    return this.#tree.levels
  }

  /** @param filter with `$share/GROUP/` where it is shared */
  set(filter: string, session: Session, subscription: StoredSubscription): void {
    this.#forgetRoutes()
    const { group, pattern } = splitShared(filter)
    let found = this.#tree.get(pattern)
    if (found === undefined) {
      found = { sessions: new Map(), groups: new Map() }
      this.#tree.set(pattern, found)
    }
    if (group === undefined) {
      found.sessions.set(session, subscription)
      return
    }
    const shared = found.groups.get(group) ?? new SharedGroup()
    found.groups.set(group, shared)
    shared.set(session, grantsOf([subscription], filter))
  }

  delete(filter: string, session: Session): void {
    this.#forgetRoutes()
    const { group, pattern } = splitShared(filter)
    const found = this.#tree.get(pattern)
    if (found === undefined) return
    if (group === undefined) found.sessions.delete(session)
    else if (found.groups.get(group)?.delete(session) === true) found.groups.delete(group)
    if (found.sessions.size === 0 && found.groups.size === 0) this.#tree.delete(pattern)
  }

  /**
   * Who gets a message of this channel. A shared subscription has its next turn.
   * @param room who has room counts among the members of a group
   */
  destinations(
    topic: string,
    message: BrokerMessage,
    publisher: Session | undefined,
    room: Room
  ): readonly Destination[] {
    const routes = this.#routesOf(topic)
    const at = gradeOf(message.qos, message.retain)
    let found = routes.hasOwn ? undefined : routes.known[at]
    if (found === undefined) {
      found = destinationsOf(routes.sessions, at, publisher)
      if (!routes.hasOwn) routes.known[at] = found
    }
    if (routes.groups.length === 0) return found
    const chosen = [...found]
    for (const group of routes.groups) {
      const destination = group.destination(message, room)
      if (destination !== undefined) chosen.push(destination)
    }
    return chosen
  }

  /** Which member of a group, if any, gets a message of a shared subscription. It is the group's next turn. */
  destinationInGroup(shared: string, message: BrokerMessage, room: Room): Destination | undefined {
    const { group, pattern } = splitShared(shared)
    if (group === undefined) return undefined
    return this.#tree.get(pattern)?.groups.get(group)?.destination(message, room)
  }

  #routesOf(topic: string): Routes {
    const known = this.#known.get(topic)
    if (known !== undefined) return known
    const matching = new Map<Session, StoredSubscription[]>()
    const groups: SharedGroup[] = []
    for (const found of this.#tree.filtersOf(topic)) {
      for (const [session, subscription] of found.sessions) {
        const list = matching.get(session)
        if (list === undefined) matching.set(session, [subscription])
        else list.push(subscription)
      }
      groups.push(...found.groups.values())
    }
    const sessions = Array.from(matching, toRoute)
    const hasOwn = sessions.some(({ grants, ownGrants }) => grants !== ownGrants)
    const routes = { sessions, groups, hasOwn, known: [] }
    this.#routes += 1 + Math.floor(topic.length / LONG_NAME)
    for (const list of matching.values()) this.#routes += list.length
    if (this.#routes > MOST_ROUTES) this.#forgetRoutes()
    this.#known.set(topic, routes)
    return routes
  }

  #forgetRoutes(): void {
    this.#known.clear()
    this.#routes = 0
  }
}

/** The grants of one route, by `gradeOf` a message. Made once, because queues hold many of them. */
export type Grants = readonly Grant[]

function destinationsOf(
  routes: readonly Route[],
  grade: number,
  publisher: Session | undefined
): Destination[] {
  const found: Destination[] = []
  for (const { session, grants, ownGrants } of routes) {
    const grant = (session === publisher ? ownGrants : grants)?.[grade]
    if (grant !== undefined) found.push({ session, grant })
  }
  return found
}

function toRoute([session, subscriptions]: [Session, StoredSubscription[]]): Route {
  const [only] = subscriptions
  if (only !== undefined && subscriptions.length === 1) {
    const grants = grantsOfOne(only)
    return { session, grants, ownGrants: only.noLocal ? undefined : grants }
  }
  const own = subscriptions.filter(({ noLocal }) => !noLocal)
  const grants = grantsOf(subscriptions)
  if (own.length === subscriptions.length) return { session, grants, ownGrants: grants }
  return { session, grants, ownGrants: own.length === 0 ? undefined : grantsOf(own) }
}

/** Most sessions have one matching subscription, without an identifier: they share their grants. */
function grantsOfOne(subscription: StoredSubscription): Grants {
  if (subscription.id > 0) return grantsOf([subscription])
  const at = gradeOf(subscription.qos, subscription.retainAsPublished)
  const grants = plainGrants[at] ?? grantsOf([subscription])
  plainGrants[at] = grants
  return grants
}

/** By QoS and whether the retain flag is kept. */
const plainGrants: Grants[] = []

function grantsOf(subscriptions: readonly StoredSubscription[], shared?: string): Grants {
  const most = Math.max(...subscriptions.map(({ qos }) => qos))
  const keepsRetain = subscriptions.some(({ retainAsPublished }) => retainAsPublished)
  const ids = subscriptions.map(({ id }) => id).filter((id) => id > 0)
  return [false, true].flatMap((retain) =>
    QOS.map((qos) => ({
      qos: Math.min(qos, most) as Qos,
      retain: retain && keepsRetain,
      ids,
      ...(shared === undefined ? undefined : { shared })
    }))
  )
}

const QOS = [0, 1, 2] as const

/** `$share/GROUP/FILTER` in its parts [MQTT-4.8.2-1]. */
export function splitShared(filter: string): { group?: string; pattern: string } {
  if (!filter.startsWith('$share/')) return { pattern: filter }
  const start = '$share/'.length
  const end = filter.indexOf('/', start)
  return { group: filter.slice(start, end), pattern: filter.slice(end + 1) }
}
