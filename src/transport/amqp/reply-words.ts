import { visibleText } from '../../core/visible-text.js'

/** Reply codes of AMQP 0-9-1 that something depends on. */
export const REPLY = {
  success: 200,
  connectionForced: 320,
  accessRefused: 403,
  notFound: 404,
  preconditionFailed: 406,
  frameError: 501,
  notAllowed: 530
} as const

/** RabbitMQ begins its texts with the name of the code: `NOT_FOUND - no exchange 'x' in vhost '/'`. */
const NAME = /^[A-Z_]+ - /

/** What a broker says with a reply code, for people. */
export function replyWords(code: number, text: string): string {
  const words = visibleText(text.replace(NAME, '').trim())
  return words === '' ? `reply code ${code}` : words
}
