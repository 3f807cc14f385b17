/** What the system's codes mean, for people. */
const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'no space left on the device',
  EIO: 'input/output error',
  EFBIG: 'the file would become too large',
  EDQUOT: 'the disk quota is used up',
  EACCES: 'permission denied',
  EPERM: 'not permitted',
  EISDIR: 'it is a directory',
  ENOTDIR: 'it is not a directory',
  ENOENT: 'no such directory',
  EROFS: 'the file system is read-only',
  EEXIST: 'the file exists'
}

/** Why the system did not do something: in words where its code is known, else what the error says. */
export function systemReason(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return REASONS[code] ?? (error instanceof Error ? error.message : String(error))
}
