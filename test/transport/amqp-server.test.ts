import { once } from 'node:events'
import { connect } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { type AmqpClient, openAmqpClient } from '../support/amqp-client.js'
import { content } from '../support/amqp-content.js'
import type { AmqpFaults } from '../support/amqp-faults.js'
import {
  AMQP_1_0,
  type AmqpServer,
  type AmqpServerSettings,
  startAmqpServer
} from '../support/amqp-server.js'

describe("the faults of the tests' own AMQP server", () => {
  const servers: AmqpServer[] = []
  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.stop()))
  })
  const start = async (faults: AmqpFaults = {}, settings: Partial<AmqpServerSettings> = {}) => {
    const server = await startAmqpServer(settings, faults)
    servers.push(server)
    return server
  }
  const publisher = async ({ url }: AmqpServer): Promise<AmqpClient> => {
    const client = await openAmqpClient(url)
    await client.channel()
    await client.ask(1, 'queue.declare', { queue: 'q' }, 'queue.declare-ok')
    await client.ask(1, 'confirm.select', {}, 'confirm.select-ok')
    return client
  }
  const publish = (client: AmqpClient, ...bodies: string[]) => {
    for (const body of bodies) client.send(1, 'basic.publish', { routingKey: 'q' }, content(body))
  }
  /** The bytes that a client is sent until the end, which itself sends a header and Start-Ok. */
  const bytesUntilEnd = async (server: AmqpServer): Promise<Buffer> => {
    const socket = connect(server.port, '127.0.0.1')
    socket.write('AMQP\0\0\x09\x01')
    let bytes = Buffer.alloc(0)
    for await (const chunk of socket) bytes = Buffer.concat([bytes, chunk])
    return bytes
  }

  it('answers with the header of AMQP 1.0', async () => {
    const server = await start({}, { answerToHeader: AMQP_1_0 })
    expect(await bytesUntilEnd(server)).toEqual(AMQP_1_0)
  })

  it.each([1, 7, 8, 100])('cuts after it has sent %i bytes', async (count) => {
    const server = await start({ cutAfterSending: count })
    expect((await bytesUntilEnd(server)).length).toBe(count)
  })

  it('cuts after it has received so many bytes, and takes what came before', async () => {
    const server = await start()
    const client = await publisher(server)
    // From here: two publishes of 62 bytes, of which the second is cut off in its last byte.
    const one = 8 + 4 + 2 + 1 + 2 + 1 + (8 + 14) + (8 + 1)
    server.faults.cutAfterReceiving = (server.peers[0]?.socket.bytesRead ?? 0) + 2 * one - 1
    publish(client, '1', '2')
    await expect(client.next(1, 'basic.get-ok')).rejects.toMatchObject({ code: 0 })
    expect(server.messages.map((message) => message.content.body.toString())).toEqual(['1'])
  })

  it('writes one byte at a time', async () => {
    const server = await start({ bytesPerWrite: 1 })
    const client = await publisher(server)
    publish(client, 'one')
    await client.next(1, 'basic.ack')
    expect((await client.get('q'))?.content?.body.toString()).toBe('one')
  })

  it('confirms, refuses and returns as it is told', async () => {
    const answers = ['ack', 'nack', 'return', 'silence', 'ack multiple'] as const
    const server = await start({ confirm: ({ sequence }) => answers[sequence - 1] ?? 'nack multiple' })
    const client = await publisher(server)
    publish(client, '1', '2', '3', '4', '5', '6')
    await client.next(1, 'basic.nack')
    await client.next(1, 'basic.nack')
    const heard = client.arrived.slice(-6).map(({ method }) => [method.name, method.args])
    expect(heard).toEqual([
      ['basic.ack', { deliveryTag: 1n, multiple: false }],
      ['basic.nack', { deliveryTag: 2n, multiple: false, requeue: false }],
      ['basic.return', { replyCode: 312, replyText: 'NO_ROUTE', exchange: '', routingKey: 'q' }],
      ['basic.ack', { deliveryTag: 3n, multiple: false }],
      ['basic.ack', { deliveryTag: 5n, multiple: true }],
      ['basic.nack', { deliveryTag: 6n, multiple: true, requeue: false }]
    ])
    expect(server.queue('q')?.ready.map((message) => message.content.body.toString())).toEqual([
      '1',
      '4',
      '5'
    ])
  })

  it.each([404, 406, 541])('closes a channel with %i, and the connection lives', async (code) => {
    const server = await start()
    const client = await publisher(server)
    server.peers[0]?.closeChannel(1, code, 'because')
    await expect(client.next(1, 'basic.ack')).rejects.toMatchObject({ code, message: 'because' })
    await client.channel(2)
  })

  it('closes a connection with a code', async () => {
    const server = await start()
    const client = await publisher(server)
    server.peers[0]?.close(320, 'CONNECTION_FORCED')
    await expect(client.next(1, 'basic.ack')).rejects.toMatchObject({ code: 320 })
  })

  it('blocks those that publish, and reads nothing from them until they are unblocked', async () => {
    const server = await start()
    const client = await publisher(server)
    server.block('low on memory')
    publish(client, '1')
    expect((await client.next(0, 'connection.blocked')).method.args).toEqual({ reason: 'low on memory' })
    await client.next(1, 'basic.ack')
    publish(client, '2')
    // Somebody who does not publish goes on, and by then the second message would have been read.
    const other = await publisher(server)
    await other.get('q')
    expect(server.messages.length).toBe(1)
    server.unblock()
    await client.next(0, 'connection.unblocked')
    await client.next(1, 'basic.ack')
  })

  it('sends heartbeats, or none', async () => {
    const server = await start()
    const beats: string[] = []
    server.faults.mutate = (frame) => {
      if (frame[0] === 8) beats.push('sent')
      return frame
    }
    const client = await openAmqpClient(server.url, { heartbeat: 1 })
    // The client sends none, and is cut in the end.
    await expect(client.next(1, 'channel.open-ok')).rejects.toMatchObject({ code: 0 })
    expect(beats.length).toBeGreaterThan(1)
    beats.splice(0)
    server.faults.heartbeats = false
    const silent = await openAmqpClient(server.url, { heartbeat: 1 })
    await expect(silent.next(1, 'channel.open-ok')).rejects.toMatchObject({ code: 0 })
    expect(beats).toEqual([])
  })

  it('reads and does not answer', async () => {
    const server = await start()
    const client = await publisher(server)
    server.faults.answers = false
    publish(client, 'unanswered')
    await server.hasPublished(1)
    server.faults.answers = true
    publish(client, 'answered')
    expect((await client.next(1, 'basic.ack')).method.args.deliveryTag).toBe(2n)
  })

  it('lets a script answer a method', async () => {
    const server = await start()
    const client = await publisher(server)
    server.faults.onMethod = (peer, channel, { name }) => {
      if (name !== 'queue.declare') return false
      peer.closeChannel(channel, 405, 'scripted', name)
      return true
    }
    await expect(client.ask(1, 'queue.declare', { queue: 'q' }, 'queue.declare-ok')).rejects.toMatchObject({
      code: 405,
      message: 'scripted'
    })
  })

  it('sends what a test makes of its frames', async () => {
    const server = await start({ mutate: () => Buffer.from('nonsense') })
    const socket = connect(server.port, '127.0.0.1')
    socket.write('AMQP\0\0\x09\x01')
    const [bytes] = await once(socket, 'data')
    expect(`${bytes}`).toBe('nonsense')
    socket.destroy()
  })

  it('closes a connection that sends no frames', async () => {
    const server = await start()
    const client = await publisher(server)
    client.sendBytes(Buffer.from([1, 0, 1, 0, 0, 0, 1, 0, 0]))
    await expect(client.next(1, 'basic.ack')).rejects.toMatchObject({ code: 501 })
  })

  it('keeps queues while it listens no more', async () => {
    const server = await start()
    const client = await publisher(server)
    publish(client, 'kept')
    await client.next(1, 'basic.ack')
    await server.interrupt()
    await expect(openAmqpClient(server.url)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    await server.listen()
    const later = await publisher(server)
    expect((await later.get('q'))?.content?.body.toString()).toBe('kept')
  })
})
