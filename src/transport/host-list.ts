/** The part of a URL between `//` and the path. User and password end with the last `@` in it. */
const AUTHORITY = /^([^/]*:\/\/)([^/?#]*)(.*)$/s

/**
 * The URLs that a URL with several hosts (`scheme://user:password@a:1,b/path`) stands for, one for each host; the URL itself if it names
 * one. A comma in a user name or a password divides nothing. For protocols whose users write several hosts so.
 * @param url with its scheme
 */
export function oneUrlPerHost(url: string): string[] {
  const [matched, scheme = '', authority = '', rest = ''] = AUTHORITY.exec(url) ?? []
  if (matched === undefined) return [url]
  const start = authority.lastIndexOf('@') + 1
  const credentials = authority.slice(0, start)
  return authority
    .slice(start)
    .split(',')
    .map((host) => `${scheme}${credentials}${host.trim()}${rest}`)
}
