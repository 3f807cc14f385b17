/** A part of a help topic: a page of the documents, or one section of it. */
export interface TopicPart {
  /** The page, by its path in the repository. */
  readonly page: string
  /** The heading of the section; the whole page without one. */
  readonly section?: string
}

/** What `tidings help NAME` shows. Its text is that of the documents (bin/build/help-topics.mts). */
export interface HelpTopic {
  readonly name: string
  readonly summary: string
  readonly parts: readonly TopicPart[]
}

/** In the order in which help lists them. */
export const HELP_TOPICS: readonly HelpTopic[] = [
  {
    name: 'connection',
    summary: 'Which broker is used, and the flags for connecting',
    parts: [{ page: 'docs/connection.md' }]
  },
  {
    name: 'patterns',
    summary: 'Channels, and patterns that match several of them',
    parts: [{ page: 'docs/patterns.md' }]
  },
  {
    name: 'where',
    summary: 'Filters: expressions on what is in a message',
    parts: [{ page: 'docs/filters.md' }]
  },
  {
    name: 'incidents',
    summary: 'What `tidings watch` finds, and how it tells it',
    parts: [{ page: 'docs/incidents.md' }]
  },
  {
    name: 'recipes',
    summary: 'Alerts, contract tests in CI, and watching a deployment',
    parts: [{ page: 'docs/recipes.md' }]
  },
  {
    name: 'contract',
    summary: 'Contracts: messages checked against AsyncAPI or JSON Schema',
    parts: [{ page: 'docs/contracts.md' }]
  },
  {
    name: 'envelope',
    summary: 'The one line of JSON that commands write and read',
    parts: [{ page: 'docs/envelope.md' }]
  },
  {
    name: 'browser',
    summary: 'What the browser of `tidings channels` shows and does',
    parts: [{ page: 'docs/browser.md' }]
  },
  {
    name: 'profiles',
    summary: 'Brokers with names, and what connecting to them needs',
    parts: [{ page: 'docs/profiles.md' }]
  },
  {
    name: 'rabbitmq',
    summary: 'Channels, queues and streams of RabbitMQ over AMQP',
    parts: [{ page: 'docs/rabbitmq.md' }]
  },
  {
    name: 'kafka',
    summary: 'Topics, positions and groups of Apache Kafka',
    parts: [{ page: 'docs/kafka.md' }]
  },
  {
    name: 'exit-codes',
    summary: 'What the exit code of a command says',
    parts: [{ page: 'README.md', section: 'Exit codes' }]
  },
  {
    name: 'environment',
    summary: 'Environment variables, files, durations and sizes',
    parts: [{ page: 'docs/environment-and-files.md' }]
  },
  {
    name: 'coming-from-mosquitto',
    summary: 'What you type here if you come from mosquitto or another client',
    parts: [
      { page: 'README.md', section: 'If you come from another client' },
      { page: 'docs/coming-from-mosquitto.md' }
    ]
  }
]

/** The topic of this name, or whose text is the page `docs/NAME.md`; undefined where there is none. */
export const helpTopic = (name: string): HelpTopic | undefined =>
  HELP_TOPICS.find((topic) => topic.name === name) ??
  HELP_TOPICS.find(({ parts }) =>
    parts.some(({ page, section }) => section === undefined && page === `docs/${name}.md`)
  )
