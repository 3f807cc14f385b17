import fs from 'node:fs'

/** Often enough that whatever waits for the end does not notice, in milliseconds. */
const SOCKET_CHECK = 400

/** The handle of libuv in a socket: Node has no documented way to have a descriptor polled. */
interface HandleOwner {
  readonly _handle?: { open?(fd: number): number; readStart?(): number } | null
}

/**
 * Calls back once nobody reads a pipe or socket any more, although nothing is written to it. Returns how to stop watching. Knows how
 * on Linux only; elsewhere the next write tells.
 */
export function watchReader(fd: number, onGone: () => void): () => void {
  if (process.platform !== 'linux') return () => undefined
  return fs.fstatSync(fd).isSocket() ? watchSocket(fd, onGone) : watchPipe(fd, onGone)
}

/** A socket, which is what Node gives a child, fails with EPIPE when nothing is written to it. */
function watchSocket(fd: number, onGone: () => void): () => void {
  const check = setInterval(() => {
    try {
      fs.writeSync(fd, new Uint8Array(0))
    } catch (error) {
      clearInterval(check)
      if ((error as NodeJS.ErrnoException).code === 'EPIPE') onGone()
    }
  }, SOCKET_CHECK)
  check.unref()
  return () => clearInterval(check)
}

/**
 * The kernel reports an error of a pipe's writing end to whoever polls it, for reading, too, as soon as there is no reader (poll(2)),
 * and nothing else to who polls for reading. libuv polls for its own TCP handles whatever they were given; this one belongs to
 * a socket that never connects, because the look-up of its host never answers.
 */
function watchPipe(fd: number, onGone: () => void): () => void {
  let own: number
  try {
    // libuv takes a descriptor once; this is another one of the same pipe.
    own = fs.openSync(`/proc/self/fd/${fd}`, fs.constants.O_WRONLY | fs.constants.O_NONBLOCK)
  } catch (error) {
    // What a named pipe says that nobody reads (fifo(7)).
    if ((error as NodeJS.ErrnoException).code === 'ENXIO') onGone()
    return () => undefined
  }
  // Loaded here: `node:net` brings streams, 3 ms that a usage error need not wait for.
  const { Socket } = process.getBuiltinModule('node:net')
  const socket = new Socket()
  socket.connect({ host: 'none', port: 1, lookup: () => undefined })
  const handle = (socket as HandleOwner)._handle
  if (handle?.open?.(own) !== 0) {
    fs.closeSync(own)
    socket.destroy()
    return () => undefined
  }
  socket.on('error', onGone)
  socket.unref()
  handle.readStart?.()
  return () => void socket.destroy()
}
