import { type Message, placeOf } from '../message.js'
import type { Incident, IncidentEvent, IncidentFacts, IncidentKind } from './incident.js'
import type { WatchedChannel } from './watched-channel.js'

/** The incidents of one watch: numbers them, and tells when each begins and ends. */
export class Incidents {
  /** How many there have been. */
  count = 0
  /** How many of them last. */
  lasting = 0

  constructor(private readonly tell: (event: IncidentEvent) => void) {}

  /** One that begins and ends at once. Times are in microseconds. */
  moment(channel: WatchedChannel, now: number, facts: IncidentFacts, message: Message): void {
    const incident = this.#make(channel, now, facts, message)
    incident.ended = now
    this.tell({ incident, phase: 'moment', time: now })
  }

  begin(channel: WatchedChannel | undefined, now: number, facts: IncidentFacts, message?: Message): Incident {
    const incident = this.#make(channel, now, facts, message)
    this.lasting++
    this.tell({ incident, phase: 'began', time: now })
    return incident
  }

  end(incident: Incident, now: number): void {
    incident.ended = now
    this.lasting--
    this.tell({ incident, phase: 'ended', time: now })
  }

  /** The incident of this kind that lasts on the channel. */
  lastingOn(channel: WatchedChannel, kind: IncidentKind): Incident | undefined {
    return channel.open?.get(kind)
  }

  /** Something is wrong with the channel: an incident begins, or the one of this kind goes on. */
  wrong(channel: WatchedChannel, now: number, facts: IncidentFacts, message?: Message): Incident {
    const open = channel.open?.get(facts.kind)
    if (open !== undefined) {
      if (message !== undefined) open.messages++
      return open
    }
    const incident = this.begin(channel, now, facts, message)
    channel.open ??= new Map()
    channel.open.set(facts.kind, incident)
    return incident
  }

  /** That is right again: an incident of this kind ends, if there is one. */
  right(channel: WatchedChannel, kind: IncidentKind, now: number): void {
    const incident = channel.open?.get(kind)
    if (incident === undefined) return
    channel.open?.delete(kind)
    this.end(incident, now)
  }

  #make(
    channel: WatchedChannel | undefined,
    now: number,
    facts: IncidentFacts,
    message: Message | undefined
  ): Incident {
    if (channel !== undefined) channel.incidents++
    return {
      number: ++this.count,
      channel: channel?.name,
      began: now,
      facts,
      place: message && placeOf(message),
      ended: undefined,
      messages: message === undefined ? 0 : 1,
      worst: undefined,
      isKept: false,
      missing: undefined
    }
  }
}
