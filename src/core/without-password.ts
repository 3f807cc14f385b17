// Up to the last @ before a blank, since a password may hold any other character; or up to where a long name was cut.
const CREDENTIALS = /([a-z][a-z0-9+.-]*:\/\/[^\s:@/]*:)(?:\S*@|[^\s@]*(?=…))/gi

/**
 * The text with every password of a URL (`scheme://user:password@`) in it written as `***`: whoever types a broker's URL in a wrong place
 * is told so, and the password stays out of logs.
 */
export function withoutPassword(text: string): string {
  if (!text.includes('://')) return text
  return text.replace(CREDENTIALS, (found, start: string) => `${start}***${found.endsWith('@') ? '@' : ''}`)
}
