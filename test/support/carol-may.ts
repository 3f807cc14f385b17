import {
  type AclEntry,
  type AclOperationTypes,
  AclPermissionTypes,
  AclResourceTypes,
  ResourcePatternTypes
} from 'kafkajs'

/** What carol, who may do nothing by herself, may do with a topic of Kafka: for `createAcls` of the other client. */
export const carolMay = (
  topic: string,
  operation: AclOperationTypes
): AclEntry & { resourceName: string } => ({
  resourceType: AclResourceTypes.TOPIC,
  resourceName: topic,
  resourcePatternType: ResourcePatternTypes.LITERAL,
  principal: 'User:carol',
  host: '*',
  operation,
  permissionType: AclPermissionTypes.ALLOW
})
