import { visibleText } from '../core/visible-text.js'
import { withoutPassword } from '../core/without-password.js'

/** A text as it may stand on stderr: with no character that a terminal obeys, and no password of a URL. */
export const shownText = (text: string): string => visibleText(withoutPassword(text))
