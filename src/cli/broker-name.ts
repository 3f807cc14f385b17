/**
 * What a broker is called among the channels that were seen lately: its URL without user, password and parameters, so that no secret is
 * kept.
 */
export function brokerName(text: string): string {
  const trimmed = text.trim()
  const url = /^[a-z][a-z0-9+.-]*:\/\//i.test(trimmed) || trimmed === 'local' ? trimmed : `mqtt://${trimmed}`
  return url
    .replace(/[?#].*$/s, '')
    .replace(/:\/\/.*@/s, '://')
    .replace(/\/+$/, '')
    .toLowerCase()
}
