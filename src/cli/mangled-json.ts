/**
 * The beginning of JSON from which a shell may have removed the quotes, or left a backslash: `{"`, `{name:`, `["`, `[{`. Other text,
 * such as `[INFO] started`, does not match.
 */
const LIKE_JSON = /^\s*(?:\{\s*\\?["']|\{\s*[\p{L}\p{N}_$][\p{L}\p{N}_$.-]*\s*:|\[\s*(?:["{]|\\"))/u

export const QUOTE_IT = `quote it for the shell: '{"name":"Ada"}'`

/** Whether a payload on the command line begins like JSON but is not JSON. */
export function isMangledJson(text: string): boolean {
  if (!LIKE_JSON.test(text)) return false
  try {
    JSON.parse(text)
    return false
  } catch {
    return true
  }
}

/** A member of a JSON object from which a shell has removed the quotes: `name:Ada`. A URL has its slashes behind the colon. */
const LIKE_MEMBER = /^[A-Za-z_]\w*:(?!\/\/)./s

/**
 * Whether the words of a payload seem to be JSON that the shell has taken apart. bash makes the words `name:Ada` and `age:36` of an unquoted
 * `{"name":"Ada","age":36}`, and `{name:` and `Ada}` where a blank is in it.
 */
export function isScatteredJson(words: readonly string[]): boolean {
  return words.length > 1 && (isMangledJson(words.join(' ')) || words.every((word) => LIKE_MEMBER.test(word)))
}
