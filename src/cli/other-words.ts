/** What other clients call our commands. */
export const OTHER_COMMANDS: ReadonlyMap<string, string> = new Map([
  ['pub', 'publish'],
  ['produce', 'publish'],
  ['send', 'publish'],
  ['emit', 'publish'],
  ['sub', 'subscribe'],
  ['consume', 'subscribe'],
  ['listen', 'subscribe'],
  ['tail', 'subscribe'],
  ['ls', 'channels'],
  ['list', 'channels'],
  ['topics', 'channels'],
  ['queues', 'channels'],
  ['play', 'replay'],
  ['server', 'broker']
])

/** What other clients call our flags and arguments, and what to write instead. */
export const OTHER_FLAGS: ReadonlyMap<string, string> = new Map([
  ['-t', 'the channel stands alone: tidings publish CHANNEL PAYLOAD'],
  ['--topic', 'the channel stands alone: tidings subscribe CHANNEL'],
  ['-m', 'the payload stands alone: tidings publish CHANNEL PAYLOAD'],
  ['--message', 'the payload stands alone: tidings publish CHANNEL PAYLOAD'],
  ['-h', '--broker HOST'],
  ['--host', '--broker HOST'],
  ['--hostname', '--broker HOST'],
  ['--url', '--broker URL'],
  ['-p', 'the port belongs to the broker: --broker HOST:PORT'],
  ['--port', 'the port belongs to the broker: --broker HOST:PORT'],
  ['-P', '--password, which asks for it'],
  ['--pw', '--password, which asks for it'],
  ['--user', '--username NAME'],
  ['--cafile', '--ca FILE'],
  ['-V', '--protocol 5'],
  ['-c', 'to have what comes meanwhile kept: --session NAME'],
  ['-s', 'stdin is read where there is no PAYLOAD'],
  ['-C', '--count N'],
  ['-W', '--timeout DURATION'],
  ['-F', '--format TEXT']
])
