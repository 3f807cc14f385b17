import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { makeHome, PROGRAM } from '../support/program.js'
import { isRabbitmqMissing } from '../support/rabbitmq-node.js'

const home = makeHome()
afterAll(() => home.remove())

const script = join(import.meta.dirname, '../../examples/rabbitmq/scenarios.sh')

describe.skipIf(isRabbitmqMissing)('the scenarios on RabbitMQ', () => {
  it('show three events, and that an MQTT device and an AMQP service share a channel, on a broker that the script starts and ends', async () => {
    const env = { ...home.env, TIDINGS: `${process.execPath} ${PROGRAM}` }
    const stdout = await new Promise<string>((resolve, reject) => {
      execFile('sh', [script], { env, timeout: 120_000 }, (error, output, talk) =>
        error === null ? resolve(output) : reject(new Error(talk, { cause: error }))
      )
    })
    const shown = stdout.replace(/^\d\d:\d\d:\d\d\.\d{3}/gm, 'TIME')
    expect(shown).toContain(
      'TIME  user_signed_up\n  {\n    "name": "Ada Lovelace",\n    "email": "ada@example.com",\n    "age": 36\n  }\n'
    )
    expect(shown).toContain('TIME  new_follower  (source: web)\n')
    expect(shown).toContain('TIME  fridge_almost_empty  {"percent": 4}  (expires in 3600 s)\n')
    // RabbitMQ adds headers about MQTT.
    expect(shown).toMatch(/^TIME {2}plant\.1\.temp {2}21\.5(?: {2}\(x-mqtt.*\))?$/m)
  })
})
