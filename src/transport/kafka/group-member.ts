import { pause } from '../connecting/back-off.js'
import { heartbeat, type JoinResponse, joinGroup, leaveGroup, syncGroup } from './api/group-membership.js'
import { assignPartitions } from './assign-partitions.js'
import type { Coordinator } from './coordinator.js'
import { ERROR, errorWords } from './error-codes.js'
import {
  decodeAssignment,
  decodeSubscription,
  encodeAssignment,
  encodeSubscription
} from './group-messages.js'
import { nameOf, type PartitionName } from './partition-name.js'

const PROTOCOL = 'cooperative-sticky'
/** Milliseconds without a heartbeat after which the broker gives a member's partitions to others. */
const SESSION_TIMEOUT = 10_000
const HEARTBEAT_EVERY = 3000
/** Milliseconds that the broker waits for all members to join. */
const REBALANCE_TIMEOUT = 60_000

/** Milliseconds between two attempts to join: a group that answers each with an error must not be asked without end. */
const PAUSE = 50

/** What a member of a group needs to know and tells. */
export interface MemberEvents {
  /** The topics that this member wants. */
  topics(): Promise<readonly string[]>
  /** All partitions of these topics; for the member that shares them out. */
  partitionsOf(topics: readonly string[]): Promise<readonly PartitionName[]>
  onGeneration(generation: number, member: string): void
  onAssigned(partitions: readonly PartitionName[]): Promise<void>
  /** Resolves once what was taken of these partitions is stored. */
  onRevoked(partitions: readonly PartitionName[]): Promise<void>
  /** The broker has given these partitions to others already. */
  onLost(partitions: readonly PartitionName[]): void
}

/** The group cannot be joined, for good. */
export class GroupError extends Error {
  constructor(readonly code: number) {
    super(errorWords(code))
  }
}

/** The membership in a group, with the classic protocol: joins, shares out, sends heartbeats, joins again. */
export class GroupMember {
  /** Resolves when partitions were assigned for the first time. */
  readonly joined: Promise<void>
  readonly #coordinator: Coordinator
  readonly #events: MemberEvents
  readonly #stop = new AbortController()
  #owned: readonly PartitionName[] = []
  #member = ''
  #generation = -1
  #wake = new AbortController()
  #mustRejoin = false
  /** Whether this member has its share, and sends heartbeats. */
  #isBeating = false
  /** When the broker last said that this is a member, in milliseconds since 1970: that clock goes on while the machine sleeps. */
  #heardAt = 0
  readonly #unconfirmed: (() => void)[] = []
  #onJoined: () => void = () => {}
  #running: Promise<void> | undefined

  constructor(coordinator: Coordinator, events: MemberEvents) {
    this.#coordinator = coordinator
    this.#events = events
    this.joined = new Promise((resolve) => {
      this.#onJoined = resolve
    })
  }

  /** Joins, and stays a member until `leave`. Rejects for good reasons alone. */
  run(): Promise<void> {
    this.#running ??= this.#run().finally(() => this.#confirm())
    return this.#running
  }

  /**
   * Where the broker has heard nothing for as long as a session lasts, it may have given the share to others: the process was stopped, or
   * the machine slept. Resolves once the broker has said whether that is so; undefined where there is no doubt.
   */
  confirmed(): Promise<void> | undefined {
    if (!this.#isBeating || Date.now() - this.#heardAt < SESSION_TIMEOUT) return undefined
    this.#wake.abort()
    return new Promise((resolve) => this.#unconfirmed.push(resolve))
  }

  #confirm(): void {
    for (const resolve of this.#unconfirmed.splice(0)) resolve()
  }

  /** The wanted topics have changed, or their partitions. */
  rejoin(): void {
    this.#mustRejoin = true
    this.#wake.abort()
  }

  /** Tells the broker that others shall have the partitions at once. */
  async leave(): Promise<void> {
    this.#stop.abort()
    this.#wake.abort()
    const { group } = this.#coordinator
    // This ends the wait for other members, too.
    if (this.#member !== '')
      await this.#coordinator.request(leaveGroup, { group, member: this.#member }, (error) => error)
    await this.#running?.catch(() => undefined)
  }

  async #run(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      if (!(await this.#join())) {
        await pause(PAUSE, this.#stop.signal)
        continue
      }
      this.#onJoined()
      this.#isBeating = true
      await this.#beat()
      this.#isBeating = false
      this.#confirm()
    }
  }

  /** Joins the group's next generation. Returns whether this member has its share. */
  async #join(): Promise<boolean> {
    this.#mustRejoin = false
    const { group } = this.#coordinator
    const metadata = encodeSubscription({ topics: await this.#events.topics(), owned: this.#owned })
    const answer = await this.#coordinator.request(
      joinGroup,
      {
        group,
        sessionTimeout: SESSION_TIMEOUT,
        rebalanceTimeout: REBALANCE_TIMEOUT,
        member: this.#member,
        protocols: [{ name: PROTOCOL, metadata }]
      },
      ({ error }) => error,
      REBALANCE_TIMEOUT,
      'join'
    )
    if (answer.error !== ERROR.none) {
      this.#judge(answer.error, answer.member)
      return false
    }
    this.#member = answer.member
    this.#generation = answer.generation
    this.#heardAt = Date.now()
    const shares = answer.leader === answer.member ? await this.#share(answer) : []
    const synced = await this.#coordinator.request(
      syncGroup,
      { group, generation: answer.generation, member: answer.member, assignments: shares },
      ({ error }) => error,
      REBALANCE_TIMEOUT,
      'join'
    )
    if (synced.error !== ERROR.none) {
      this.#judge(synced.error, answer.member)
      return false
    }
    this.#events.onGeneration(this.#generation, this.#member)
    return this.#take(decodeAssignment(synced.assignment))
  }

  /** What this member has from now on. What it has lost goes to others in the next generation, which it joins at once. */
  async #take(assigned: readonly PartitionName[]): Promise<boolean> {
    const now = new Set(assigned.map(nameOf))
    const before = new Set(this.#owned.map(nameOf))
    const revoked = this.#owned.filter((each) => !now.has(nameOf(each)))
    const added = assigned.filter((each) => !before.has(nameOf(each)))
    if (revoked.length > 0) await this.#events.onRevoked(revoked)
    this.#owned = assigned
    if (added.length > 0) await this.#events.onAssigned(added)
    return revoked.length === 0
  }

  async #share({ members }: JoinResponse): Promise<{ member: string; assignment: Buffer }[]> {
    const all = members.map(({ member, metadata }) => ({ member, ...decodeSubscription(metadata) }))
    const topics = [...new Set(all.flatMap((each) => each.topics))]
    const shares = assignPartitions(all, await this.#events.partitionsOf(topics))
    return [...shares].map(([member, partitions]) => ({ member, assignment: encodeAssignment(partitions) }))
  }

  /** Sends heartbeats until the members have to join again. */
  async #beat(): Promise<void> {
    const { group } = this.#coordinator
    for (;;) {
      this.#wake = new AbortController()
      if (this.#mustRejoin) return
      await pause(HEARTBEAT_EVERY, this.#wake.signal)
      if (this.#stop.signal.aborted || this.#mustRejoin) return
      const membership = { group, generation: this.#generation, member: this.#member }
      const asked = Date.now()
      const error = await this.#coordinator.request(heartbeat, membership, (answer) => answer)
      if (error === ERROR.none) {
        this.#heardAt = asked
        this.#confirm()
        continue
      }
      if (error !== ERROR.rebalanceInProgress) this.#judge(error, this.#member)
      return
    }
  }

  /** What an error of the group means: mostly, that the member has to join again. */
  #judge(error: number, member: string): void {
    if (error === ERROR.memberIdRequired) this.#member = member
    else if (error === ERROR.unknownMemberId || error === ERROR.illegalGeneration) {
      if (error === ERROR.unknownMemberId) this.#member = ''
      const lost = this.#owned
      this.#owned = []
      if (lost.length > 0) this.#events.onLost(lost)
    } else if (error !== ERROR.rebalanceInProgress) throw new GroupError(error)
  }
}
