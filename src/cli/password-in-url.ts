/** Whether a broker's or a proxy's URL, or a bare host, holds a password: `user:password@` with something behind the colon. */
export function holdsPassword(url: string): boolean {
  const [authority = ''] = url.replace(/^[^/@:]*:\/\//, '').split(/[/?#]/, 1)
  const credentials = authority.slice(0, Math.max(0, authority.lastIndexOf('@')))
  return /:./s.test(credentials)
}
