import type { ProfileValues } from '../profile-values.js'

/** What another program's file says of a broker, in our words. */
export interface ForeignProfile {
  readonly name: string
  readonly values: ProfileValues
  /** What of it has no place in a profile, or was left out with good reason: a name, and why. */
  readonly untaken: readonly string[]
}

/** A broker's URL of its parts; a port or path that is absent or empty is left out. */
export function urlOf(scheme: string, host: string, port?: string | number, path = ''): string {
  const name = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host
  const rest = path === '' || path.startsWith('/') ? path : `/${path}`
  return `${scheme}://${name}${port === undefined || port === '' ? '' : `:${port}`}${rest}`
}

/** A text as the name of a profile: what a name cannot have becomes a dash. */
export function profileNameFrom(text: string): string {
  const name = text
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^A-Za-z0-9_-]+/g, '-')
    .replace(/^[-_]+/, '')
    .slice(0, 64)
    .replace(/-+$/, '')
  return name === '' ? 'imported' : name
}
