import { describe, expect, it } from 'vitest'
import { completionFor, type NamedBroker } from '../../../src/cli/completion/candidates.js'
import type { CompletionTable } from '../../../src/cli/completion/completion-table.js'

const broker = { name: 'broker', char: 'b', value: 'broker', multiple: true, summary: 'the broker' } as const
const TABLE: CompletionTable = {
  commands: {
    publish: {
      summary: 'Publish',
      flags: [
        { name: 'qos', char: 'q', value: ['0', '1', '2'], summary: 'delivery' },
        { name: 'file', char: 'f', value: 'file', multiple: true, summary: 'a file' },
        { name: 'outbox', value: 'folder', summary: 'a folder' },
        { name: 'retain', char: 'r', summary: 'keep it' },
        { name: 'header', value: 'free', summary: 'a header' },
        broker
      ],
      args: [{ value: 'channel' }, { value: 'free' }]
    },
    subscribe: {
      summary: 'Subscribe',
      flags: [broker, { name: 'profile', value: 'profile', summary: 'a profile' }],
      args: [{ value: 'channel', multiple: true }]
    },
    'profile use': { summary: 'Use', flags: [], args: [{ value: 'profile' }] },
    'broker status': { summary: 'Status', flags: [{ name: 'json', summary: 'JSON' }], args: [] },
    broker: { summary: 'Run a broker', flags: [{ name: 'memory', summary: 'no disk' }], args: [] },
    'outbox list': { summary: 'List', flags: [], args: [{ value: 'folder' }] }
  },
  groups: { broker: 'Brokers', outbox: 'Outboxes', profile: 'Profiles' },
  aliases: { pub: 'publish' },
  topics: { 'exit-codes': 'Codes' }
}

const asked: NamedBroker[] = []
const known = {
  channels: (named: NamedBroker) => {
    asked.push({ broker: named.broker, profile: named.profile })
    return ['lamp/1', 'lamp/2', 'door']
  },
  profiles: () => ['home', 'work']
}
const completion = (line: string) => {
  const words = line.split(' ')
  return completionFor(words.slice(0, -1), words.at(-1) ?? '', TABLE, known)
}
const offered = (line: string) => completion(line).candidates.map(({ value }) => value)

describe('what is offered', () => {
  it.each([
    ['', ['publish', 'subscribe', 'profile', 'broker', 'outbox', '--help', '--version']],
    ['p', ['publish', 'profile']],
    ['--v', ['--version']],
    ['broker ', ['status']],
    ['broker --', ['--memory', '--help']],
    ['broker status --', ['--json', '--help']],
    ['outbox ', ['list']],
    ['help ', ['publish', 'subscribe', 'profile', 'broker', 'outbox', 'exit-codes']],
    ['help broker ', ['status']],
    ['unheard ', []],
    ['publish ', ['lamp/1', 'lamp/2', 'door']],
    ['pub la', ['lamp/1', 'lamp/2']],
    ['publish lamp/1 ', []],
    ['publish -- ', ['lamp/1', 'lamp/2', 'door']],
    ['publish -- --', []],
    ['subscribe lamp/1 d', ['door']],
    ['publish --qos ', ['0', '1', '2']],
    ['publish -q ', ['0', '1', '2']],
    ['publish -rq ', ['0', '1', '2']],
    ['publish --qos=', ['--qos=0', '--qos=1', '--qos=2']],
    ['publish --header ', []],
    ['publish --retain -', ['--qos', '--file', '--outbox', '--header', '--broker', '--help']],
    ['publish --file a --f', ['--file']],
    ['publish --broker lo', ['local']]
  ])('%j', (line, values) => {
    expect(offered(line)).toEqual(values)
  })

  it.each([
    ['publish --file ', 'files'],
    ['publish --file=a', 'files'],
    ['publish --outbox ', 'folders'],
    ['outbox list ', 'folders']
  ])('what the shell finds, behind %j: %s', (line, files) => {
    expect(completion(line)).toEqual({ candidates: [], files })
  })

  it.each([
    ['subscribe ', {}],
    ['subscribe -b mqtt://h ', { broker: 'mqtt://h' }],
    ['subscribe --broker=mqtt://h ', { broker: 'mqtt://h' }],
    ['subscribe --broker mqtt://one --broker mqtt://two ', { broker: 'mqtt://one' }],
    ['subscribe --profile home ', { profile: 'home' }],
    ['subscribe --profile=home ', { profile: 'home' }]
  ])('the channels of the broker that the line names: %j', (line, named) => {
    offered(line)
    expect(asked.at(-1)).toEqual({ broker: undefined, profile: undefined, ...named })
  })

  it('profiles where the name of one stands', () => {
    expect(offered('subscribe --profile ')).toEqual(['home', 'work'])
    expect(offered('subscribe --profile=h')).toEqual(['--profile=home'])
    expect(offered('profile use w')).toEqual(['work'])
  })
})
