import { withoutPassword } from '../without-password.js'
import type { ProfileSecret } from './profile.js'

/** A broker's or proxy's URL, or a bare host, without its password. */
export function shownUrl(url: string): string {
  if (url.includes('://')) return withoutPassword(url)
  const bare = withoutPassword(`any://${url}`)
  return bare.slice('any://'.length)
}

/** A header's name. Its value may be a token. */
export const shownHeader = (header: string): string => header.replace(/=.*/s, '=***')

/** Where a password is from. The arguments of a command may be a secret, too. */
export function shownSecret(secret: ProfileSecret): string {
  if (secret.kind === 'text') return '***'
  return secret.kind === 'file'
    ? `from the file "${secret.file}"`
    : `from the command "${secret.command[0] ?? ''}"`
}
