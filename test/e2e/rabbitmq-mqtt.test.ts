import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { isMosquittoMissing, startMosquitto } from '../support/mosquitto.js'
import { makeHome, RunningProgram, runProgram } from '../support/program.js'
import { isRabbitmqMissing } from '../support/rabbitmq.js'
import { useRabbitmq } from '../support/use-rabbitmq.js'

// RabbitMQ's MQTT plug-in publishes to amq.topic, and so does tidings over AMQP: one channel, whichever protocol reaches it.

const home = makeHome()
afterAll(() => home.remove())

const endings: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end()
})

const run = (args: readonly string[], stdin?: string) =>
  runProgram(args, { env: home.env, ...(stdin !== undefined && { stdin }) })

/** A program that runs until the end of the test, once it has subscribed. */
async function started(...args: string[]): Promise<RunningProgram> {
  const program = new RunningProgram(args, home.env)
  endings.push(async () => {
    program.child.kill('SIGTERM')
    await program.exited
  })
  await program.saying('Subscribed to')
  return program
}

const DOTTED =
  'Warning: "v/1.2/x" is "v.1.2.x" at this broker: "." divides levels there, so a level that holds one becomes several'

describe.skipIf(isRabbitmqMissing)('one channel of RabbitMQ over AMQP and over MQTT', () => {
  const host = useRabbitmq()
  const reading = (url: string, ...args: string[]) => started('subscribe', ...args, '--json', '-b', url)
  const messageOf = async (program: RunningProgram) => JSON.parse((await program.exited).stdout)

  it('is "plant/1/temp" for who publishes over MQTT, and "plant.1.temp" for who subscribes over AMQP', async () => {
    const readers = await Promise.all(
      ['plant.1.temp', 'plant/1/temp', 'plant.*.temp', 'plant/+/temp', 'plant/#'].map((pattern) =>
        reading(host().url, pattern, '--count', '1')
      )
    )
    await run(['publish', 'plant/1/temp', '21.5', '-b', host().mqttUrl])
    for (const reader of readers) {
      expect(await messageOf(reader)).toMatchObject({
        channel: 'plant.1.temp',
        payload: 21.5,
        headers: { 'x-mqtt-publish-qos': '1', 'x-mqtt-dup': 'false' },
        amqp: { exchange: 'amq.topic', deliveryMode: 2 }
      })
    }
  })

  it('is "plant.1.temp" for who publishes over AMQP, and "plant/1/temp" for who subscribes over MQTT', async () => {
    const readers = await Promise.all(
      ['plant/1/temp', 'plant/+/temp', 'plant/#'].map((pattern) =>
        reading(host().mqttUrl, pattern, '--count', '2')
      )
    )
    for (const channel of ['plant.1.temp', 'plant/1/temp'])
      await run(['publish', channel, '21.5', '-b', host().url])
    for (const reader of readers) {
      const lines = (await reader.exited).stdout.trimEnd().split('\n')
      expect(lines.map((line) => JSON.parse(line))).toMatchObject(
        [1, 2].map(() => ({ channel: 'plant/1/temp', payload: 21.5, mqtt: { qos: 1, retain: false } }))
      )
    }
  })

  it('tells over AMQP with which QoS a message was published over MQTT', async () => {
    const reader = await reading(host().url, 'qos.#', '--count', '2')
    await run(['publish', 'qos/0', 'x', '--qos', '0', '-b', host().mqttUrl])
    await run(['publish', 'qos/1', 'x', '--qos', '1', '-b', host().mqttUrl])
    const lines = (await reader.exited).stdout.trimEnd().split('\n')
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { channel: 'qos.0', headers: { 'x-mqtt-publish-qos': '0' }, amqp: { deliveryMode: 1 } },
      { channel: 'qos.1', headers: { 'x-mqtt-publish-qos': '1' }, amqp: { deliveryMode: 2 } }
    ])
  })

  it('keeps what was retained over MQTT for MQTT alone: over AMQP it comes as it is published', async () => {
    const live = await reading(host().url, 'kept.#', '--count', '1')
    await run(['publish', 'kept/1', 'last', '--retain', '-b', host().mqttUrl])
    expect((await messageOf(live)).channel).toBe('kept.1')
    const later = await run(['subscribe', 'kept.#', '--timeout', '1s', '-b', host().url])
    expect(later).toMatchObject({ exitCode: 7, stdout: '' })
    const overMqtt = await run(['subscribe', 'kept/1', '--json', '--count', '1', '-b', host().mqttUrl])
    expect(JSON.parse(overMqtt.stdout)).toMatchObject({
      channel: 'kept/1',
      payload: 'last',
      mqtt: { retain: true }
    })
  })

  it('answers over AMQP a question that was asked over AMQP and heard over MQTT', async () => {
    const heard = await reading(host().mqttUrl, 'questions/#', '--count', '1')
    const answer = await reading(host().url, 'answers.me', '--count', '1')
    await run(['publish', 'questions/1', 'how warm?', '--response-channel', 'answers/me', '-b', host().url])
    expect(await messageOf(heard)).toMatchObject({ channel: 'questions/1', payload: 'how warm?' })
    await run(['publish', 'answers/me', '21.5', '-b', host().mqttUrl])
    expect(await messageOf(answer)).toMatchObject({ channel: 'answers.me', payload: 21.5 })
  })

  it('loses a dot within a level, as RabbitMQ itself does, and the user is told once', async () => {
    const reader = await reading(host().mqttUrl, 'v/#', '--count', '1')
    const published = await run(['publish', 'v/1.2/x', 'y', '--repeat', '2', '-b', host().url])
    expect(published.exitCode).toBe(0)
    expect(published.stderr.split('\n').filter((line) => line.startsWith('Warning'))).toEqual([DOTTED])
    expect((await messageOf(reader)).channel).toBe('v/1/2/x')
    const line = (channel: string) => `${JSON.stringify({ channel, payload: 'y', encoding: 'text' })}\n`
    const lines = `${line('v/1.2/x')}${line('v/1.3/x')}${line('v/1/x')}`
    const { stderr } = await run(['publish', '--json', '-b', host().url], lines)
    expect(stderr.split('\n').filter((each) => each.startsWith('Warning'))).toEqual([DOTTED])
    for (const plain of ['v.1.2.x', 'v/1/2/x'])
      expect((await run(['publish', plain, 'y', '-b', host().url])).stderr).not.toContain('Warning')
  })

  it('holds a slash within a level only in the long form', async () => {
    const reader = await reading(host().url, 'long.#', '--count', '2')
    await run(['publish', '/exchanges/amq.topic/long.a%2Fb', 'x', '-b', host().url])
    await run(['publish', 'long/a/b', 'x', '-b', host().url])
    const lines = (await reader.exited).stdout.trimEnd().split('\n')
    expect(lines.map((each) => JSON.parse(each).channel)).toEqual([
      '/exchanges/amq.topic/long.a%2Fb',
      'long.a.b'
    ])
  })

  it.skipIf(isMosquittoMissing)('is replayed from a recording of the other protocol', async () => {
    const mosquitto = await startMosquitto()
    endings.push(() => mosquitto.stop())
    const [overMqtt, overAmqp] = [join(home.path, 'mqtt.ndjson'), join(home.path, 'amqp.ndjson')]
    const recordMqtt = await started(
      'record',
      '#',
      '--qos',
      '2',
      '--output',
      overMqtt,
      '--count',
      '3',
      '-b',
      mosquitto.plain
    )
    await run([
      'publish',
      'plant/1/temp',
      '{"c":21.50}',
      '--header',
      'b=2',
      '--header',
      'a=1',
      '--qos',
      '2',
      '-b',
      mosquitto.plain
    ])
    await run(['publish', 'v/1.2/x', 'dotted', '--retain', '-b', mosquitto.plain])
    await run(['publish', 'v/1.3/x', 'dotted', '-b', mosquitto.plain])
    await recordMqtt.exited
    const recordAmqp = await started('record', '#', '--output', overAmqp, '--count', '3', '-b', host().url)
    const intoAmqp = await run(['replay', overMqtt, '--speed', 'max', '-b', host().url])
    expect(intoAmqp.exitCode).toBe(0)
    expect(intoAmqp.stderr).toContain('dropped a QoS of 2: AMQP 0-9-1 confirms a message')
    expect(intoAmqp.stderr).toContain('dropped a retain flag: an AMQP broker keeps messages in queues')
    expect(intoAmqp.stderr.split('\n').filter((each) => each === DOTTED)).toEqual([DOTTED])
    await recordAmqp.exited
    const recorded = readFileSync(overAmqp, 'utf8').trimEnd().split('\n').slice(1)
    expect(recorded.map((each) => JSON.parse(each).channel)).toEqual(['plant.1.temp', 'v.1.2.x', 'v.1.3.x'])
    const back = await reading(mosquitto.plain, 'plant/#', '--count', '1', '--retained', 'skip')
    expect(await run(['replay', overAmqp, '--speed', 'max', '-b', mosquitto.plain])).toMatchObject({
      exitCode: 0
    })
    const { stdout } = await back.exited
    expect(stdout).toContain('{"c":21.50}')
    expect(JSON.parse(stdout)).toMatchObject({
      channel: 'plant/1/temp',
      headers: { b: '2', a: '1' },
      contentType: 'application/json'
    })
  })
})
