metadata description = 'The workbook: all sources and destinations at a glance, and one source in detail. Its queries stand in infra/queries/workbook.'

@description('Name that people see.')
param displayName string

@description('Region.')
param location string

@description('Resource id of the workspace.')
param workspaceId string

@description('Tags of the resource.')
param tags object

var logs = 'microsoft.operationalinsights/workspaces'

// What is drawn, from top to bottom. Width is a share of the line in percent.
var fleet = [
  { name: 'sources', title: 'Sources', width: '100', drawn: 'table', query: loadTextContent('../queries/workbook/sources.kql') }
  { name: 'delivery-time', title: 'Delivery time in seconds', width: '50', drawn: 'timechart', query: loadTextContent('../queries/workbook/delivery-time.kql') }
  { name: 'delivery-parts', title: 'Where it goes: R vendor, S wait for the poll, F run', width: '50', drawn: 'areachart', query: loadTextContent('../queries/workbook/delivery-parts.kql') }
  { name: 'events-per-hour', title: 'Events per hour', width: '50', drawn: 'barchart', query: loadTextContent('../queries/workbook/events-per-hour.kql') }
  { name: 'requests', title: 'Requests throttled, refused or failed', width: '50', drawn: 'barchart', query: loadTextContent('../queries/workbook/requests.kql') }
  { name: 'destinations', title: 'Destinations', width: '100', drawn: 'table', query: loadTextContent('../queries/workbook/destinations.kql') }
  { name: 'queues', title: 'Messages in the queues', width: '50', drawn: 'timechart', query: loadTextContent('../queries/workbook/queues.kql') }
  { name: 'queue-age', title: 'Age of the oldest message, in seconds', width: '50', drawn: 'timechart', query: loadTextContent('../queries/workbook/queue-age.kql') }
  { name: 'dead-letters', title: 'Events given up on', width: '100', drawn: 'barchart', query: loadTextContent('../queries/workbook/dead-letters.kql') }
  { name: 'problems', title: 'Warnings and errors', width: '100', drawn: 'table', query: loadTextContent('../queries/workbook/problems.kql') }
  { name: 'cost', title: 'Cost, estimated', width: '100', drawn: 'table', query: loadTextContent('../queries/workbook/cost.kql') }
]
var source = [
  { name: 'source-delivery-parts', title: 'Delivery time in seconds, of half of the batches', width: '50', drawn: 'areachart', query: loadTextContent('../queries/workbook/source-delivery-parts.kql') }
  { name: 'source-deliveries', title: 'Events by what became of them', width: '50', drawn: 'timechart', query: loadTextContent('../queries/workbook/source-deliveries.kql') }
  { name: 'source-requests', title: 'Requests by what came of them', width: '50', drawn: 'barchart', query: loadTextContent('../queries/workbook/source-requests.kql') }
  { name: 'source-states', title: 'Changes of state', width: '50', drawn: 'table', query: loadTextContent('../queries/workbook/source-states.kql') }
  { name: 'source-problems', title: 'Warnings and errors', width: '100', drawn: 'table', query: loadTextContent('../queries/workbook/source-problems.kql') }
  { name: 'source-runs', title: 'Runs', width: '100', drawn: 'table', query: loadTextContent('../queries/workbook/source-runs.kql') }
  { name: 'source-trace', title: 'The latest trace', width: '100', drawn: 'table', query: loadTextContent('../queries/workbook/source-trace.kql') }
]

var tabs = {
  type: 11
  name: 'tabs'
  content: {
    version: 'LinkItem/1.0'
    style: 'tabs'
    links: map(['Fleet', 'Source'], tab => {
      id: guid('tab', tab)
      cellValue: 'Tab'
      linkTarget: 'parameter'
      linkLabel: tab
      subTarget: tab
      style: 'link'
    })
  }
}

var timeRange = {
  type: 9
  name: 'time'
  content: {
    version: 'KqlParameterItem/1.0'
    style: 'pills'
    queryType: 0
    resourceType: logs
    parameters: [
      {
        id: guid('parameter', 'TimeRange')
        version: 'KqlParameterItem/1.0'
        name: 'TimeRange'
        label: 'Time range'
        type: 4
        isRequired: true
        value: {
          durationMs: 86400000
        }
        typeSettings: {
          selectableValues: map([3600000, 14400000, 86400000, 259200000, 604800000, 2592000000], duration => {
            durationMs: duration
          })
          allowCustom: true
        }
      }
    ]
  }
}

var sourceChoice = {
  type: 9
  name: 'choice'
  conditionalVisibility: {
    parameterName: 'Tab'
    comparison: 'isEqualTo'
    value: 'Source'
  }
  content: {
    version: 'KqlParameterItem/1.0'
    style: 'pills'
    queryType: 0
    resourceType: logs
    parameters: [
      {
        id: guid('parameter', 'Source')
        version: 'KqlParameterItem/1.0'
        name: 'Source'
        type: 2
        isRequired: true
        query: loadTextContent('../queries/workbook/source-names.kql')
        queryType: 0
        resourceType: logs
        timeContextFromParameter: 'TimeRange'
        typeSettings: {
          additionalResourceOptions: []
        }
      }
    ]
  }
}

var items = concat(
  map(fleet, part => union(part, { tab: 'Fleet' })),
  map(source, part => union(part, { tab: 'Source' }))
)

var content = {
  version: 'Notebook/1.0'
  '$schema': 'https://github.com/Microsoft/Application-Insights-Workbooks/blob/master/schema/workbook.json'
  fallbackResourceIds: [
    workspaceId
  ]
  items: concat(
    [
      tabs
      timeRange
      sourceChoice
    ],
    map(items, item => {
      type: 3
      name: item.name
      customWidth: item.width
      conditionalVisibility: {
        parameterName: 'Tab'
        comparison: 'isEqualTo'
        value: item.tab
      }
      content: {
        version: 'KqlItem/1.0'
        query: item.query
        title: item.title
        size: item.drawn == 'table' ? 0 : 1
        visualization: item.drawn
        queryType: 0
        resourceType: logs
        timeContextFromParameter: 'TimeRange'
        showExportToExcel: true
      }
    })
  )
}

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  name: guid(resourceGroup().id, workspaceId, displayName)
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    displayName: displayName
    category: 'workbook'
    sourceId: workspaceId
    version: 'Notebook/1.0'
    serializedData: string(content)
  }
}

@description('Resource id of the workbook.')
output id string = workbook.id
