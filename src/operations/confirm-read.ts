import type { Assurance } from '../core/assurance.js'
import type { BrokerConnection, Unread } from '../core/connection.js'

/** Has the broker show that it has read what nobody acknowledges, where the protocol can ask; never rejects. */
export async function confirmRead(connection: Pick<BrokerConnection, 'confirmRead'>): Promise<Unread> {
  return (await connection.confirmRead?.()) ?? { count: 0 }
}

/** The counts without those that nothing shows to be read. */
export const withoutUnread = <Counts extends Assurance>(counts: Counts, { count }: Unread): Counts => ({
  ...counts,
  acknowledged: counts.acknowledged - count,
  unassured: counts.unassured - count
})
