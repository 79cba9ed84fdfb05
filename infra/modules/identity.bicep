metadata description = 'The one identity of the app: it reads secrets, reaches storage, and sends telemetry. Nobody holds a password of it.'

@description('Name of the identity.')
param name string

@description('Region.')
param location string

@description('Tags of the resource.')
param tags { *: string }

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: name
  location: location
  tags: tags
}

@description('Client id: by which the app names the identity when it asks for a token.')
output clientId string = identity.properties.clientId
