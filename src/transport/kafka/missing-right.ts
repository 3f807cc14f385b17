import { quoteForShell } from '../../core/quote-for-shell.js'

/** Who asks a cluster for something. */
export interface Asker {
  /** A broker that can be reached, as `host:port`. */
  readonly broker: string
  /** The name that brokers know the user by; undefined where only they know it: of a certificate, or of a token. */
  readonly user: string | undefined
}

/** A right that a user needs, and on what: flags of kafka-acls.sh. */
export interface Right {
  readonly operation: 'Read' | 'Write' | 'Create' | 'IdempotentWrite'
  readonly on: readonly ['--topic' | '--group', string] | readonly ['--cluster']
}

/** What a user who lacks a right may do: the command for who looks after the cluster. */
export function askForRight({ operation, on }: Right, { broker, user = 'NAME' }: Asker): string {
  const words = ['--bootstrap-server', broker, '--add', '--allow-principal', `User:${user}`]
  const command = [...words, '--operation', operation, ...on].map(quoteForShell).join(' ')
  return `ask for the right: kafka-acls.sh ${command}`
}
