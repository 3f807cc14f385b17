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
  // An older version's.
  ['autocomplete', 'completion']
])

/** What a command has instead of a flag of another command of ours. */
export const FLAGS_ELSEWHERE: ReadonlyMap<string, string> = new Map([
  ['watch --timeout', '--for DURATION'],
  ['watch --idle', '--max-silence DURATION tells of channels on which nothing comes; --for DURATION ends it'],
  ['watch --count', '--for DURATION, or --stop-at-first, ends it'],
  ['watch -n', '--for DURATION, or --stop-at-first, ends it'],
  ['watch --output', "it writes to stdout: tidings watch 'device/#' > FILE; a report for CI: --report FILE"],
  ['watch --check', '--contract FILE'],
  ['watch --invalid', 'each message that breaks the contract is an incident; leave it out'],
  ['channels --timeout', '--for DURATION']
])

/** What other clients call our flags and arguments, and what to write instead. */
export const OTHER_FLAGS: ReadonlyMap<string, string> = new Map([
  ['-t', 'give the channel without a flag: tidings publish CHANNEL PAYLOAD'],
  ['--topic', 'give the channel without a flag: tidings subscribe CHANNEL'],
  ['-m', 'give the payload without a flag: tidings publish CHANNEL PAYLOAD'],
  ['--message', 'give the payload without a flag: tidings publish CHANNEL PAYLOAD'],
  ['-h', '--broker HOST'],
  ['--host', '--broker HOST'],
  ['--hostname', '--broker HOST'],
  ['--url', '--broker URL'],
  ['-p', 'give the port with the broker:  --broker HOST:PORT'],
  ['--port', 'give the port with the broker:  --broker HOST:PORT'],
  ['-P', '--password asks for the password'],
  ['--pw', '--password asks for the password'],
  ['--user', '--username NAME'],
  ['--cafile', '--ca FILE'],
  ['-V', '--protocol 5'],
  ['-c', 'to keep messages while the subscriber is away: --session NAME'],
  ['-s', 'leave out PAYLOAD, and tidings reads stdin'],
  ['-C', '--count N'],
  ['-W', '--timeout DURATION'],
  ['-F', '--format TEXT'],
  ['-L', 'give the broker as --broker URL, and the channel without a flag'],
  ['-D', 'a user property is a header: --header NAME=VALUE'],
  ['-k', '--keepalive 30s'],
  ['-T', '--exclude PATTERN'],
  ['-N', '--no-newline'],
  ['--will-topic', '--will-channel CHANNEL']
])
