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
  ['--idle', '--max-silence DURATION tells of channels on which nothing comes; --for DURATION ends it'],
  ['--count', '--stop-at-first, or --for DURATION, ends it'],
  ['--check', '--contract FILE'],
  ['-T', '--exclude PATTERN'],
  ['-N', '--no-newline'],
  ['--will-topic', '--will-channel CHANNEL']
])
