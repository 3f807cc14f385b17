/** How JSON begins that a shell may have taken the quotes of: `{"`, `{name:`, `["`, `[{`. `[INFO] started` is good text. */
const LIKE_JSON = /^\s*(?:\{\s*"|\{\s*[A-Za-z_]\w*\s*:|\[\s*["{])/

export const QUOTE_IT = `quote it for the shell: '{"name":"Ada"}'`

/** Whether a payload on the command line was meant to be JSON and is none. */
export function isMangledJson(text: string): boolean {
  if (!LIKE_JSON.test(text)) return false
  try {
    JSON.parse(text)
    return false
  } catch {
    return true
  }
}
