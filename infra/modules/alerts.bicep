metadata description = 'Alert rules and whom they tell. What each means and what to do stands in docs/alerts.md; its query in infra/queries/alerts.'

@description('Start of the names of the rules.')
param name string

@description('Region.')
param location string

@description('Resource id of the workspace.')
param workspaceId string

@description('Mail addresses that are told. Empty: nobody is; the rules fire all the same.')
param emails string[]

@description('Resource ids of further action groups.')
param actionGroupIds string[]

@description('How often the rules look.')
@allowed([
  'PT5M'
  'PT10M'
  'PT15M'
])
param frequency string

@description('Minutes that an event may take from its time to its delivery.')
@minValue(1)
param deliveryTargetMinutes int

@description('Sources whose vendors publish so late that the target means nothing.')
param slowSources string[]

@description('Batches that may wait for a destination.')
@minValue(1)
param backlogLimit int

@description('Tags of the resources.')
param tags { *: string }

// Severity: 0 nothing runs, 1 error, 2 warning. Window: how far back a query reads, two days at most. A source's state is recorded every 15
// minutes, so an hour holds it also after a restart. An outage of a destination is told once, so that is looked for as far back as a rule can.
var rules = [
  {
    name: 'source-failing'
    display: 'A source is not read'
    severity: 1
    window: 'PT1H'
    dimensions: ['source', 'state']
    query: loadTextContent('../queries/alerts/source-failing.kql')
  }
  {
    name: 'source-silent'
    display: 'A source is silent'
    severity: 2
    window: 'PT1H'
    dimensions: ['source']
    query: loadTextContent('../queries/alerts/source-silent.kql')
  }
  {
    name: 'delivery-time'
    display: 'Events arrive late'
    severity: 2
    window: 'PT1H'
    dimensions: ['source', 'destination']
    query: replace(
      replace(loadTextContent('../queries/alerts/delivery-time.kql'), '{targetSeconds}', string(deliveryTargetMinutes * 60)),
      '{slowSources}',
      string(slowSources)
    )
  }
  {
    name: 'dead-letters'
    display: 'Events lie in the dead letters'
    severity: 1
    window: 'PT30M'
    dimensions: ['eventId', 'source', 'destination']
    query: loadTextContent('../queries/alerts/dead-letters.kql')
  }
  {
    name: 'destination-down'
    display: 'A destination takes nothing'
    severity: 1
    window: 'P2D'
    dimensions: ['destination']
    query: loadTextContent('../queries/alerts/destination-down.kql')
  }
  {
    name: 'backlog-growing'
    display: 'A backlog does not drain'
    severity: 2
    window: 'PT30M'
    dimensions: ['destination']
    query: replace(loadTextContent('../queries/alerts/backlog-growing.kql'), '{backlogLimit}', string(backlogLimit))
  }
  {
    name: 'queue-stuck'
    display: 'A queue is not worked on'
    severity: 1
    window: 'PT15M'
    dimensions: ['queue']
    query: loadTextContent('../queries/alerts/queue-stuck.kql')
  }
  {
    name: 'poison-messages'
    display: 'Messages lie in a poison queue'
    severity: 1
    window: 'PT1H'
    dimensions: ['queue']
    query: loadTextContent('../queries/alerts/poison-messages.kql')
  }
  {
    name: 'function-failures'
    display: 'Functions fail'
    severity: 2
    window: 'PT30M'
    dimensions: ['problem']
    query: replace(loadTextContent('../queries/alerts/function-failures.kql'), '{most}', '5')
  }
  {
    name: 'no-ticks'
    display: 'Nothing ticks'
    severity: 0
    window: 'PT30M'
    dimensions: ['state']
    query: loadTextContent('../queries/alerts/no-ticks.kql')
  }
]

var groupName = 'ag-${name}'

resource mailGroup 'Microsoft.Insights/actionGroups@2023-01-01' = if (!empty(emails)) {
  name: groupName
  location: 'global'
  tags: tags
  properties: {
    enabled: true
    groupShortName: 'auditfn'
    emailReceivers: [
      for (email, index) in emails: {
        name: 'mail-${index}'
        emailAddress: email
        useCommonAlertSchema: true
      }
    ]
  }
}

resource alerts 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [
  for rule in rules: {
    name: '${name}-${rule.name}'
    location: location
    tags: tags
    kind: 'LogAlert'
    properties: {
      displayName: 'AuditFunctions: ${rule.display}'
      description: 'What to do stands in docs/alerts.md under "${rule.display}".'
      severity: rule.severity
      enabled: true
      scopes: [
        workspaceId
      ]
      evaluationFrequency: frequency
      windowSize: rule.window
      autoMitigate: true
      // The tables of Application Insights are there once the app has sent something.
      skipQueryValidation: true
      criteria: {
        allOf: [
          {
            query: rule.query
            timeAggregation: 'Count'
            operator: 'GreaterThan'
            threshold: 0
            dimensions: map(rule.dimensions, dimension => {
              name: dimension
              operator: 'Include'
              values: ['*']
            })
            failingPeriods: {
              numberOfEvaluationPeriods: 1
              minFailingPeriodsToAlert: 1
            }
          }
        ]
      }
      actions: {
        actionGroups: concat(empty(emails) ? [] : [resourceId('Microsoft.Insights/actionGroups', groupName)], actionGroupIds)
      }
    }
    dependsOn: [
      mailGroup
    ]
  }
]
