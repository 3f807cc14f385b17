import type { PublishedMessage } from './amqp-channel.js'
import type { Confirmation } from './amqp-faults.js'
import type { AmqpPeer } from './amqp-peer.js'
import { type AmqpServer, startAmqpServer } from './amqp-server.js'
import type { FaultyBroker } from './faulty-broker.js'

const TROUBLES = [
  'none',
  'cut',
  'cut after its answer',
  'close',
  'silence',
  'late answer',
  'hesitation',
  'stop',
  'alarm'
] as const
/** Only so many first connections have troubles. */
const TROUBLED_CONNECTIONS = 3
/** Messages that are confirmed together with a later one. */
const TOGETHER = 5

/** What one connection has in store. */
interface Course {
  readonly trouble: (typeof TROUBLES)[number]
  /** After so many messages the trouble comes. */
  readonly at: number
  messages: number
  isOver: boolean
  /** What is not confirmed yet. */
  readonly waiting: string[]
}

/**
 * A server of AMQP that fails at random points, and remembers what it confirmed.
 * @param random returns numbers from 0 to below 1, as Math.random does
 * @param messages the number of expected messages; troubles come after fewer messages
 */
export async function startFaultyAmqpServer(random: () => number, messages: number): Promise<FaultyBroker> {
  const acknowledged = new Set<string>()
  const troubles: string[] = []
  const courses = new Map<AmqpPeer, Course>()
  const server: AmqpServer = await startAmqpServer({}, { confirm })

  function courseOf(peer: AmqpPeer): Course {
    const known = courses.get(peer)
    if (known !== undefined) return known
    const isTroubled = courses.size < TROUBLED_CONNECTIONS
    const trouble = isTroubled ? (TROUBLES[Math.floor(random() * TROUBLES.length)] ?? 'none') : 'none'
    const course: Course = {
      trouble,
      at: Math.floor(random() * messages),
      messages: 0,
      isOver: false,
      waiting: []
    }
    troubles.push(`${trouble} at ${course.at}`)
    courses.set(peer, course)
    return course
  }

  function confirm({ content, peer }: PublishedMessage): Confirmation {
    const course = courseOf(peer)
    if (course.isOver) return 'silence'
    const text = content.body.toString()
    if (course.messages++ === course.at) return trouble(course, peer, text)
    const behind = course.messages - course.at
    if (course.trouble === 'late answer' && behind > 0 && behind <= TOGETHER) {
      course.waiting.push(text)
      if (behind < TOGETHER) return 'silence'
      for (const each of course.waiting) acknowledged.add(each)
      return 'ack multiple'
    }
    acknowledged.add(text)
    return 'ack'
  }

  function trouble(course: Course, peer: AmqpPeer, text: string): Confirmation {
    switch (course.trouble) {
      case 'hesitation':
        return 'nack'
      case 'late answer':
        course.waiting.push(text)
        return 'silence'
      case 'alarm':
        server.block('low on memory')
        setTimeout(() => server.unblock(), 100 * random())
        break
      case 'none':
        break
      case 'silence':
        course.isOver = true
        return 'silence'
      case 'cut after its answer':
        course.isOver = true
        setImmediate(() => peer.cut())
        break
      default:
        course.isOver = true
        if (course.trouble === 'close') peer.close(320, 'CONNECTION_FORCED - a test wants it')
        else if (course.trouble === 'stop') void stop()
        else peer.cut()
        return 'silence'
    }
    acknowledged.add(text)
    return 'ack'
  }

  async function stop(): Promise<void> {
    await server.interrupt()
    setTimeout(() => void server.listen(), 200 * random())
  }

  return { url: server.url, acknowledged, refused: new Set(), troubles, close: () => server.stop() }
}
