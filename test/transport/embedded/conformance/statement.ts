/** One normative statement of a standard, in our own words. */
export interface Statement {
  readonly means: string
  /** Where the broker stops short of it; absent: nowhere. */
  readonly limit?: string
  /** Why no test of the broker holds it; absent: the tests that name it do. */
  readonly untested?: string
}

/** Statements by their numbers, without "MQTT-". */
export type Statements = Readonly<Record<string, Statement>>

/** Tests hold it. */
export const held = (means: string, limit?: string): Statement =>
  limit === undefined ? { means } : { means, limit }

/** It binds clients alone. */
export const forClients = (means: string): Statement => ({ means, untested: 'it binds clients' })

export const untested = (means: string, why: string): Statement => ({ means, untested: why })
