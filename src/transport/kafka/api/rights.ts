/** What a broker answers who does not say what somebody may do. */
const UNSAID = -0x8000_0000

/** Bits for what a user may do, one for each kind of operation; nothing where the broker does not say it. */
export const rightsOf = (bits: number): { readonly rights?: number } =>
  bits === UNSAID ? {} : { rights: bits }

/** What a user may do with a topic, a group or the cluster, by the number of its bit. */
export const RIGHT = {
  read: 3,
  write: 4,
  create: 5,
  delete: 6,
  alter: 7,
  describe: 8,
  clusterAction: 9,
  describeConfigs: 10,
  alterConfigs: 11,
  idempotentWrite: 12
} as const

const WORDS: ReadonlyMap<number, string> = new Map([
  [RIGHT.read, 'read'],
  [RIGHT.write, 'write'],
  [RIGHT.create, 'create topics'],
  [RIGHT.delete, 'delete'],
  [RIGHT.alter, 'alter'],
  [RIGHT.describe, 'describe'],
  [RIGHT.clusterAction, 'act as a broker'],
  [RIGHT.describeConfigs, 'read the configuration'],
  [RIGHT.alterConfigs, 'change the configuration'],
  [RIGHT.idempotentWrite, 'publish idempotently']
])

/** Whether a right is among the bits. */
export const hasRight = (bits: number, right: number): boolean => ((bits >>> right) & 1) === 1

/** The rights in the bits, in words. */
export const rightsInWords = (bits: number): string[] =>
  [...WORDS].filter(([right]) => hasRight(bits, right)).map(([, words]) => words)
