import {
  type AclEntry,
  type AclOperationTypes,
  AclPermissionTypes,
  AclResourceTypes,
  ResourcePatternTypes
} from 'kafkajs'

/** What bob, who may do nothing by himself, may do with a topic of Kafka: for `createAcls` of the other client. */
export const bobMay = (topic: string, operation: AclOperationTypes): AclEntry & { resourceName: string } => ({
  resourceType: AclResourceTypes.TOPIC,
  resourceName: topic,
  resourcePatternType: ResourcePatternTypes.LITERAL,
  principal: 'User:bob',
  host: '*',
  operation,
  permissionType: AclPermissionTypes.ALLOW
})
