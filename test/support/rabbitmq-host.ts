import type { Certificates } from './certificates.js'
import { askWitness, binary } from './rabbitmq-witness.js'

/** Where a running broker is. Plain data, so that a process can tell another. */
export interface RabbitmqAddress {
  readonly ports: {
    readonly amqp: number
    readonly amqps: number
    readonly mqtt: number
    readonly webMqtt: number
  }
  /** The broker trusts them. Its client certificate is that of the user `ann`, who has no password and no rights yet. */
  readonly certificates: Certificates
  /** The socket at which the broker answers questions. */
  readonly witness: string
}

export interface Permissions {
  /** Regular expressions of the names that the user may declare, publish to and read from; empty is none. */
  readonly configure: string
  readonly write: string
  readonly read: string
}

export const EVERYTHING: Permissions = { configure: '.*', write: '.*', read: '.*' }

export interface KnownQueue {
  readonly name: string
  readonly type: 'rabbit_classic_queue' | 'rabbit_quorum_queue' | 'rabbit_stream_queue'
  readonly durable: boolean
  readonly autoDelete: boolean
  readonly exclusive: boolean
  /** By name; the values are those that JSON has. */
  readonly arguments: Readonly<Record<string, unknown>>
  readonly ready: number
  readonly unacknowledged: number
  readonly consumers: number
}

export interface KnownExchange {
  readonly name: string
  readonly type: string
  readonly durable: boolean
  readonly autoDelete: boolean
  readonly internal: boolean
  readonly arguments: Readonly<Record<string, unknown>>
}

export interface KnownBinding {
  readonly source: string
  readonly destination: string
  readonly kind: 'queue' | 'exchange'
  readonly routingKey: string
  readonly arguments: Readonly<Record<string, unknown>>
}

export interface KnownConnection {
  readonly user: string
  readonly protocol: string
  readonly state: string
  readonly mechanism: string
  readonly channels: number
  /** Seconds. */
  readonly heartbeat: number
  readonly clientProperties: Readonly<Record<string, unknown>>
}

export interface KnownConsumer {
  readonly queue: string
  readonly tag: string
  readonly acknowledges: boolean
  readonly prefetch: number
}

const ACTING = binary('tidings')

/** A virtual host of RabbitMQ: what a test may do to it, and what it may ask. The questions are those of rabbitmqctl. */
export class RabbitmqHost {
  readonly name: string
  readonly user: string
  readonly password: string
  readonly address: RabbitmqAddress

  constructor(address: RabbitmqAddress, name: string, user: string, password: string) {
    this.address = address
    this.name = name
    this.user = user
    this.password = password
  }

  get certificates(): Certificates {
    return this.address.certificates
  }

  get url(): string {
    return this.urlFor(this.user, this.password)
  }

  /** With TLS. The certificate is for localhost and 127.0.0.1. */
  get secureUrl(): string {
    return this.url.replace('amqp:', 'amqps:').replace(/:\d+\//, `:${this.address.ports.amqps}/`)
  }

  /** RabbitMQ takes the virtual host of an MQTT client from the part of the user name before the colon. */
  get mqttUrl(): string {
    return `mqtt://${this.#mqttUser}@127.0.0.1:${this.address.ports.mqtt}`
  }

  get webSocketUrl(): string {
    return `ws://${this.#mqttUser}@127.0.0.1:${this.address.ports.webMqtt}/ws`
  }

  get #mqttUser(): string {
    return `${encodeURIComponent(`${this.name}:${this.user}`)}:${encodeURIComponent(this.password)}`
  }

  urlFor(user: string, password: string): string {
    const who = `${encodeURIComponent(user)}:${encodeURIComponent(password)}`
    return `amqp://${who}@127.0.0.1:${this.address.ports.amqp}/${encodeURIComponent(this.name)}`
  }

  /** The same virtual host on another node of the cluster. */
  on(address: RabbitmqAddress): RabbitmqHost {
    return new RabbitmqHost(address, this.name, this.user, this.password)
  }

  /** Evaluates Erlang in the broker, for what no function here asks. */
  ask<Answer>(expression: string): Promise<Answer> {
    return askWitness(this.address.witness, expression)
  }

  /** Evaluates Erlang for its effect. */
  async do(expression: string): Promise<void> {
    await this.ask(`begin ${expression}, ok end`)
  }

  /**
   * Makes a user, or gives one other rights. Resolves with the user's URL. Users belong to the broker, which other files use at the same
   * time: so the broker knows this one by its name and that of the virtual host.
   */
  async addUser(user: string, password: string, permissions: Permissions = EVERYTHING): Promise<string> {
    const own = this.ownName(user)
    await this.makeUser(own, password, permissions)
    return this.urlFor(own, password)
  }

  /** As `addUser`, for a user with a name that no other virtual host uses. */
  async makeUser(user: string, password: string, permissions: Permissions = EVERYTHING): Promise<void> {
    await this.do(
      `catch rabbit_auth_backend_internal:add_user(${binary(user)}, ${binary(password)}, ${ACTING})`
    )
    await this.allow(user, permissions)
  }

  /** What the broker calls a user that `addUser` made. */
  ownName(user: string): string {
    return `${user}-of-${this.name}`
  }

  async allow(user: string, permissions: Permissions = EVERYTHING): Promise<void> {
    const { configure, write, read } = permissions
    await this.do(
      `ok = rabbit_auth_backend_internal:set_permissions(${binary(user)}, ${binary(this.name)}, ${binary(configure)}, ${binary(write)}, ${binary(read)}, ${ACTING})`
    )
  }

  /** What a user of `addUser` may publish to a topic exchange, and bind to it: regular expressions of routing keys. */
  async allowTopics(user: string, exchange: string, write: string, read: string): Promise<void> {
    await this.do(
      `ok = rabbit_auth_backend_internal:set_topic_permissions(${binary(this.ownName(user))}, ${binary(this.name)}, ${binary(exchange)}, ${binary(write)}, ${binary(read)}, ${ACTING})`
    )
  }

  /** Sets a policy: `definition` with RabbitMQ's own names, as `{'max-length': 10}`. */
  async setPolicy(
    name: string,
    pattern: string,
    definition: Readonly<Record<string, unknown>>
  ): Promise<void> {
    const json = binary(JSON.stringify(definition))
    await this.do(
      `ok = rabbit_policy:parse_set(${binary(this.name)}, ${binary(name)}, ${binary(pattern)}, ${json}, <<"0">>, <<"all">>, ${ACTING})`
    )
  }

  /** Sets the limits of the virtual host: `{'max-queues': 1}`, `{'max-connections': 2}`. */
  async setLimits(limits: Readonly<Record<string, number>>): Promise<void> {
    await this.do(
      `ok = rabbit_vhost_limit:parse_set(${binary(this.name)}, ${binary(JSON.stringify(limits))}, ${ACTING})`
    )
  }

  /** Closes all AMQP connections to this virtual host, with 320 and these words. */
  async closeConnections(reason: string): Promise<void> {
    await this.do(
      `[rabbit_networking:close_connection(Pid, ${binary(reason)}) || [{pid, Pid}, {vhost, VHost}] <- rabbit_networking:connection_info_all([pid, vhost]), VHost =:= ${binary(this.name)}]`
    )
  }

  queues(): Promise<KnownQueue[]> {
    return this.ask(
      `[begin {resource, _, queue, Name} = amqqueue:get_name(Q),
        Info = maps:from_list(rabbit_amqqueue:info(Q, [messages_unacknowledged])),
        {ok, Ready, Consumers} = rabbit_amqqueue:stat(Q),
        #{name => Name, type => amqqueue:get_type(Q), ready => Ready, consumers => Consumers,
          durable => amqqueue:is_durable(Q), autoDelete => amqqueue:is_auto_delete(Q),
          exclusive => amqqueue:get_exclusive_owner(Q) =/= none,
          unacknowledged => maps:get(messages_unacknowledged, Info, 0),
          arguments => rabbit_misc:amqp_table(amqqueue:get_arguments(Q))}
        end || Q <- rabbit_amqqueue:list(${binary(this.name)})]`
    )
  }

  async queue(name: string): Promise<KnownQueue | undefined> {
    return (await this.queues()).find((queue) => queue.name === name)
  }

  exchanges(): Promise<KnownExchange[]> {
    return this.ask(
      `[#{name => Name, type => Type, durable => Durable, autoDelete => AutoDelete, internal => Internal, arguments => rabbit_misc:amqp_table(Arguments)}
        || [{name, {resource, _, exchange, Name}}, {type, Type}, {durable, Durable}, {auto_delete, AutoDelete}, {internal, Internal}, {arguments, Arguments}]
        <- rabbit_exchange:info_all(${binary(this.name)}, [name, type, durable, auto_delete, internal, arguments])]`
    )
  }

  /** All but those of the default exchange, which every queue has. */
  bindings(): Promise<KnownBinding[]> {
    return this.ask(
      `[#{source => Source, destination => Destination, kind => Kind, routingKey => Key, arguments => rabbit_misc:amqp_table(Arguments)}
        || {binding, {resource, _, exchange, Source}, Key, {resource, _, Kind, Destination}, Arguments}
        <- rabbit_binding:list(${binary(this.name)}), Source =/= <<>>]`
    )
  }

  permissions(): Promise<(Permissions & { user: string })[]> {
    return this.ask(
      `[maps:from_list(Row) || Row <- rabbit_auth_backend_internal:list_vhost_permissions(${binary(this.name)})]`
    )
  }

  consumers(): Promise<KnownConsumer[]> {
    return this.ask(
      `[begin Row = maps:from_list(Pairs), {resource, _, queue, Queue} = maps:get(queue_name, Row),
        #{queue => Queue, tag => maps:get(consumer_tag, Row), acknowledges => maps:get(ack_required, Row), prefetch => maps:get(prefetch_count, Row)}
        end || Pairs <- rabbit_amqqueue:consumers_all(${binary(this.name)})]`
    )
  }

  /** The AMQP connections. */
  connections(): Promise<KnownConnection[]> {
    return this.ask(
      `[#{user => User, state => State, mechanism => Mechanism, channels => Channels, heartbeat => Heartbeat,
          protocol => iolist_to_binary(io_lib:format("~0p", [Protocol])), clientProperties => rabbit_misc:amqp_table(Properties)}
        || [{vhost, VHost}, {user, User}, {state, State}, {auth_mechanism, Mechanism}, {channels, Channels}, {timeout, Heartbeat}, {protocol, Protocol}, {client_properties, Properties}]
        <- rabbit_networking:connection_info_all([vhost, user, state, auth_mechanism, channels, timeout, protocol, client_properties]), VHost =:= ${binary(this.name)}]`
    )
  }

  /** Deletes the virtual host with everything in it, and its user. */
  async delete(): Promise<void> {
    await this.do(
      `rabbit_vhost:delete(${binary(this.name)}, ${ACTING}), rabbit_auth_backend_internal:delete_user(${binary(this.user)}, ${ACTING})`
    )
  }
}

let hosts = 0

/** Makes a virtual host with a user who may do everything in it. The host is of a millisecond's cost, the broker of seconds. */
export async function newRabbitmqHost(address: RabbitmqAddress): Promise<RabbitmqHost> {
  const name = `test-${process.pid}-${++hosts}`
  const host = new RabbitmqHost(address, name, `user-${name}`, 'secret')
  await host.do(`ok = rabbit_vhost:add(${binary(name)}, ${ACTING})`)
  await host.makeUser(host.user, host.password)
  return host
}
