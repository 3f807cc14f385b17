/** What divides the levels of a channel on every broker that can be reached so far. */
export const LEVEL_SEPARATOR = '/'
