import fs from 'node:fs'

/** Milliseconds between two checks, so short that a program which waits for the end does not notice the delay. */
const SOCKET_CHECK = 400

/** The handle of libuv in a socket: Node has no documented way to have a descriptor polled. */
interface HandleOwner {
  readonly _handle?: { open?(fd: number): number; readStart?(): number } | null
}

/**
 * Calls `onGone` once nobody reads a pipe or socket any more, without writing data to it. Works on Linux only; elsewhere the next write
 * fails. Returns what stops watching.
 */
export function watchReader(fd: number, onGone: () => void): () => void {
  if (process.platform !== 'linux') return () => undefined
  return fs.fstatSync(fd).isSocket() ? watchSocket(fd, onGone) : watchPipe(fd, onGone)
}

/** Node gives its children sockets. A write of no bytes to a socket that nobody reads fails with EPIPE. */
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
 * When a pipe has no reader any more, the kernel reports an error to a process that polls its writing end, even if it polls for reading
 * only (poll(2)). It reports nothing else to a poll for reading. libuv polls any descriptor that one of its TCP handles was given. The
 * handle here belongs to a socket that never connects, because the look-up of its host never answers.
 */
function watchPipe(fd: number, onGone: () => void): () => void {
  let own: number
  try {
    // libuv accepts a descriptor only once, so this is another descriptor of the same pipe.
    own = fs.openSync(`/proc/self/fd/${fd}`, fs.constants.O_WRONLY | fs.constants.O_NONBLOCK)
  } catch (error) {
    // The error of a named pipe that nobody reads (fifo(7)).
    if ((error as NodeJS.ErrnoException).code === 'ENXIO') onGone()
    return () => undefined
  }
  // Loaded here: `node:net` loads Node's streams, 3 ms that a usage error need not wait for.
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
