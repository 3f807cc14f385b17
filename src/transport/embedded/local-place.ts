import { existsSync, lstatSync, mkdirSync, type Stats, statSync } from 'node:fs'
import { homedir, userInfo } from 'node:os'
import { dirname, isAbsolute, join, resolve } from 'node:path'
import { TidingsError } from '../../core/errors.js'
import { makeFolders } from '../../core/make-folders.js'

/** Where the local broker of one user lives. */
export interface LocalPlace {
  /** Only its owner may enter it. */
  readonly folder: string
  /** LevelDB's folder: whoever has it open is the local broker. */
  readonly store: string
  /** Where sessions and messages are kept. */
  readonly messages: string
  /** A unix socket, or a named pipe on Windows. */
  readonly socketPath: string
  /** Where `tidings broker status` and `stop` ask. */
  readonly controlPath: string
  /** Which version the running broker is of. */
  readonly version: string
  /** What a broker in the background had to say. */
  readonly log: string
}

/** What others may do with a file. */
const OTHERS = 0o077

type Environment = Readonly<Record<string, string | undefined>>

/** `sun_path` is 108 bytes with its NUL on Linux, 104 on macOS. */
const LONGEST_SOCKET_PATH = 103

/**
 * The place, from the environment: `TIDINGS_HOME`, else `XDG_STATE_HOME/tidings`, else the system's usual place; or a folder inside it
 * (`privateFolder`). The sockets are beside the store and not in `XDG_RUNTIME_DIR`, which cron, sudo and a login shell disagree about: two
 * sockets for one store would be two brokers, of which one could not start. Where that path is too long for a socket, a folder in /tmp
 * stands in.
 */
export function localPlace(
  env: Environment = process.env,
  platform: string = process.platform,
  uid = ownUid()
): LocalPlace {
  const named = env.TIDINGS_HOME
    ? fromWorkingFolder(env.TIDINGS_HOME)
    : join(stateFolder(env, platform), 'tidings')
  const folder = privateFolder(named, uid)
  const rest = {
    folder,
    store: join(folder, 'store'),
    messages: join(folder, 'messages'),
    version: join(folder, 'version'),
    log: join(folder, 'broker.log')
  }
  if (platform === 'win32') {
    const pipe = `\\\\.\\pipe\\tidings-${hashOf(folder)}`
    return { ...rest, socketPath: pipe, controlPath: `${pipe}-control` }
  }
  const tooLong = Buffer.byteLength(join(folder, 'control.sock')) > LONGEST_SOCKET_PATH
  const sockets = tooLong ? `/tmp/tidings-${userInfo().uid}-${hashOf(folder)}` : folder
  return { ...rest, socketPath: join(sockets, 'broker.sock'), controlPath: join(sockets, 'control.sock') }
}

/**
 * The named folder, or a folder inside it where others may enter the named one. What has a store stays the place, so that every command
 * finds the same one whatever modes the folders get later. Another user's folder is no place at all, and is refused when it is used.
 */
function privateFolder(named: string, uid: number | undefined): string {
  if (uid === undefined || existsSync(join(named, 'store'))) return named
  const stats = ownFolder(named, uid)
  if (stats === undefined) return named
  const inside = join(named, 'private')
  return (stats.mode & OTHERS) !== 0 || existsSync(join(inside, 'store')) ? inside : named
}

/** Of a folder that belongs to this user, and is not reached by another user's link. */
function ownFolder(path: string, uid: number): Stats | undefined {
  try {
    const entry = lstatSync(path)
    const stats = entry.isSymbolicLink() && isTrusted(entry, uid) ? statSync(path) : entry
    return stats.isDirectory() && stats.uid === uid ? stats : undefined
  } catch {
    return undefined
  }
}

/** Whoever owns a link can let it name another folder in any instant. The system may link. */
const isTrusted = (link: Stats, uid: number) => link.uid === uid || link.uid === 0

/** Mostly not needed, and `node:crypto` takes 5 ms to load. */
function hashOf(folder: string): string {
  const { createHash } = process.getBuiltinModule('node:crypto')
  return createHash('sha256').update(folder).digest('hex').slice(0, 16)
}

/** Makes the place's folders where they are missing, and checks that nobody else can enter them. */
export function prepareLocalPlace(place: LocalPlace, uid = ownUid()): void {
  preparePrivateFolder(place.folder, uid)
  make(place.store)
  const sockets = socketFolder(place)
  if (sockets !== undefined) preparePrivateFolder(sockets, uid)
}

/** Throws a `TidingsError` if somebody else could have put a socket there. A folder that is missing is safe. */
export function checkSocketFolder(place: LocalPlace, uid = ownUid()): void {
  const sockets = socketFolder(place)
  if (sockets !== undefined) checkPrivateFolder(sockets, uid)
}

/** Windows has none. */
const ownUid = (): number | undefined => process.getuid?.()

function socketFolder({ socketPath }: LocalPlace): string | undefined {
  return socketPath.startsWith('\\\\') ? undefined : join(socketPath, '..')
}

function stateFolder(env: Environment, platform: string): string {
  if (platform === 'win32') return env.LOCALAPPDATA || join(env.HOME || homedir(), 'AppData', 'Local')
  // A relative one is to be ignored, says the XDG specification.
  if (env.XDG_STATE_HOME && isAbsolute(env.XDG_STATE_HOME)) return env.XDG_STATE_HOME
  const home = env.HOME && isAbsolute(env.HOME) ? env.HOME : ownHome()
  return platform === 'darwin' ? join(home, 'Library', 'Application Support') : join(home, '.local', 'state')
}

/** What the system says, also where HOME says nothing that can be used. */
function ownHome(): string {
  try {
    return userInfo().homedir
  } catch {
    throw unusable('HOME', 'it names no folder, and the system knows none of this user')
  }
}

/** The broker in the background has another working directory than the command that starts it. */
function fromWorkingFolder(folder: string): string {
  try {
    return resolve(folder)
  } catch {
    throw unusable(folder, 'the working directory is gone')
  }
}

function preparePrivateFolder(folder: string, uid: number | undefined): void {
  make(folder)
  checkPrivateFolder(folder, uid)
}

function make(folder: string): void {
  try {
    makeFolders(folder, { make: (path) => mkdirSync(path, 0o700), parentOf: dirname })
  } catch (error) {
    throw unusable(folder, reasonOf(error))
  }
}

const reasonOf = (error: unknown) => (error instanceof Error ? error.message : String(error))

function checkPrivateFolder(folder: string, uid: number | undefined): void {
  let entry: Stats | undefined
  let stats: Stats | undefined
  try {
    entry = lstatSync(folder, { throwIfNoEntry: false })
    stats = entry?.isSymbolicLink() ? statSync(folder, { throwIfNoEntry: false }) : entry
  } catch (error) {
    throw unusable(folder, reasonOf(error))
  }
  if (uid === undefined) return
  // Also where nothing is behind it yet.
  if (entry?.isSymbolicLink() && !isTrusted(entry, uid)) throw unusable(folder, "it is another user's link")
  if (stats === undefined) return
  if (!stats.isDirectory()) throw unusable(folder, 'it is not a folder')
  if (stats.uid !== uid) throw unusable(folder, 'it belongs to another user')
  if ((stats.mode & OTHERS) !== 0) {
    throw unusable(folder, 'other users may enter it', `chmod 700 '${folder}'`)
  }
}

function unusable(folder: string, why: string, suggestion?: string): TidingsError {
  return new TidingsError('connect', `cannot keep the local broker in "${folder}": ${why}`, {
    code: 'local-folder-unusable',
    suggestion:
      suggestion ??
      'name another folder in TIDINGS_HOME, or another broker: --broker mqtt://HOST:1883 or TIDINGS_BROKER'
  })
}
