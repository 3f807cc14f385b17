/** What other clients call our commands. */
export const OTHER_COMMANDS: ReadonlyMap<string, string> = new Map([
  ['produce', 'publish'],
  ['send', 'publish'],
  ['emit', 'publish'],
  ['consume', 'subscribe'],
  ['listen', 'subscribe'],
  ['tail', 'subscribe'],
  ['ls', 'channels'],
  ['list', 'channels'],
  ['topics', 'channels'],
  ['queues', 'channels'],
  ['play', 'replay'],
  ['server', 'broker'],
  ['status', 'broker status'],
  ['check', 'broker check'],
  ['version', '--version'],
  ['man', 'help'],
  // The modes of kcat.
  ['-L', 'channels'],
  ['-C', 'subscribe'],
  ['-G', 'subscribe'],
  ['-P', 'publish'],
  // An older version's.
  ['autocomplete', 'completion']
])

const CHANNEL = 'give the channel without a flag: tidings publish CHANNEL PAYLOAD'
const PATTERN = 'give the channel without a flag: tidings subscribe CHANNEL'
const PAYLOAD = 'give the payload without a flag: tidings publish CHANNEL PAYLOAD'
const PORT = 'give the port with the broker: --broker HOST:PORT'
const BROKERS = 'give the broker as --broker URL'
const CHECKED =
  'a recording is looked at by tidings channels --recording FILE --check FILE, and by tidings watch --recording FILE --contract FILE'
const ENCRYPTED = 'the scheme of the URL says it; tidings help connection'

/** By a flag of another client, what to write instead. Of several that one is named whose first flag the command has. */
export type OtherFlags = ReadonlyMap<string, string | readonly string[]>

/**
 * What other clients call our flags and arguments, and what to write instead. Of several flags that one is named that the command has.
 */
const OTHER_FLAGS: OtherFlags = new Map<string, string | readonly string[]>([
  ['-t', CHANNEL],
  ['--topic', PATTERN],
  ['--queue', PATTERN],
  ['-m', PAYLOAD],
  ['--message', PAYLOAD],
  ['--payload', PAYLOAD],
  ['--data', PAYLOAD],
  ['--body', PAYLOAD],
  ['-h', '--broker HOST'],
  ['--host', '--broker HOST'],
  ['--hostname', '--broker HOST'],
  ['--server', '--broker HOST'],
  ['--bootstrap-server', BROKERS],
  ['--brokers', BROKERS],
  ['--url', '--broker URL'],
  ['--uri', '--broker URL'],
  [
    '-p',
    [
      '--partition N, or with a port --broker HOST:PORT',
      "--where 'kafka.partition == N', or with a port --broker HOST:PORT",
      PORT
    ]
  ],
  ['--port', PORT],
  ['--tls', ENCRYPTED],
  ['--ssl', ENCRYPTED],
  ['-P', '--password asks for the password'],
  ['--pw', '--password asks for the password'],
  ['--user', '--username NAME'],
  ['--cafile', '--ca FILE'],
  ['-V', '--protocol 5'],
  ['-c', 'to keep messages while the subscriber is away: --session NAME'],
  ['-s', 'leave out PAYLOAD, and tidings reads stdin'],
  ['-C', '--count N'],
  ['--limit', '--count N'],
  ['--max-messages', '--count N'],
  ['-W', '--timeout DURATION'],
  ['--duration', ['--timeout DURATION', '--for DURATION']],
  ['--time', ['--timeout DURATION', '--for DURATION']],
  ['--wait-for', '--timeout DURATION'],
  ['--for', '--timeout DURATION'],
  ['--timeout', '--for DURATION'],
  ['--interval', '--every DURATION'],
  ['--delay', '--every DURATION'],
  ['--from-beginning', '--from beginning'],
  ['--offset', '--from OFFSET'],
  ['--consumer-group', '--group NAME'],
  ['--group-id', '--group NAME'],
  ['-F', '--format TEXT'],
  ['-L', 'give the broker as --broker URL, and the channel without a flag'],
  ['-D', 'a user property is a header: --header NAME=VALUE'],
  ['-k', ['--message-key KEY, or for a keepalive --keepalive 30s', '--keepalive 30s']],
  ['-e', '--until-end'],
  ['-o', '--from POSITION'],
  ['-J', '--json'],
  ['-G', '--group NAME'],
  ['-z', '--compression gzip'],
  ['-Z', '--null'],
  ['--idle', '--max-silence DURATION tells of channels on which nothing comes; --for DURATION ends it'],
  ['--count', '--stop-at-first, or --for DURATION, ends it'],
  ['--check', '--contract FILE'],
  ['--contract', ['--check FILE', CHECKED]],
  ['--schema', ['--contract FILE', CHECKED]],
  ['--recording', `tidings replay FILE publishes what a recording holds; ${CHECKED}`],
  ['--asyncapi', '--contract FILE'],
  ['--validate', ['--contract FILE', '--check FILE']],
  ['--invalid', '--skip-invalid'],
  ['--skip-invalid', '--invalid skip'],
  ['--junit', '--report FILE'],
  ['--silence', '--max-silence DURATION'],
  ['-T', '--exclude PATTERN'],
  ['-N', '--no-newline'],
  ['--filter', ['--where EXPRESSION']],
  ['--will-topic', '--will-channel CHANNEL']
])

/**
 * What to write instead of a flag of another client, if it is known and the command has it.
 * @param flags the flags that the command has
 * @param others the flags of the other client; those of any if absent
 */
export function otherFlag(
  name: string,
  flags: Readonly<Record<string, unknown>>,
  others: OtherFlags = OTHER_FLAGS
): string | undefined {
  const words = [others.get(name) ?? []].flat()
  return words.find((word) => {
    const [, flag] = /^--([\w-]+)/.exec(word) ?? []
    return flag === undefined || flag in flags
  })
}
