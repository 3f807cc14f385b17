/**
 * What a broker is called among the channels that were seen lately: its URL without user, password and parameters, so that no secret is
 * kept. `undefined` where one cannot tell which part is the password.
 */
export function brokerName(text: string): string | undefined {
  const [, scheme = '', rest = ''] = /^\s*([a-z][a-z0-9+.-]*:\/\/)?(.*?)\s*$/is.exec(text) ?? []
  const host = rest.slice(rest.lastIndexOf('@') + 1)
  if (/[/?#]/.test(rest.slice(0, rest.length - host.length))) return undefined
  return `${scheme}${host.replace(/[?#].*$/s, '').replace(/\/+$/, '')}`.toLowerCase()
}
