metadata description = 'The workbook: all sources and destinations at a glance, one source in detail, and the cost. Its queries stand in infra/queries/workbook.'

@description('Name that people see.')
param displayName string

@description('Region.')
param location string

@description('Resource id of the workspace.')
param workspaceId string

@description('Resource id of the storage account, whose transactions are drawn.')
param storageAccountId string

@description('Resource id of the function app, whose executions are drawn.')
param functionAppId string

@description('Tags of the resource.')
param tags { *: string }

var logs = 'microsoft.operationalinsights/workspaces'

// What is drawn, from top to bottom. Width is a share of the line in percent. Bars over time are stacked.
var fleet = [
  { name: 'sources', title: 'Sources', width: '100', drawn: 'table', query: loadTextContent('../queries/workbook/sources.kql') }
  { name: 'delivery-time', title: 'Delivery time in seconds', width: '50', drawn: 'timechart', query: loadTextContent('../queries/workbook/delivery-time.kql') }
  { name: 'delivery-parts', title: 'Where it goes, on average: R vendor, S wait for the poll, F run', width: '50', drawn: 'barchart', query: loadTextContent('../queries/workbook/delivery-parts.kql') }
  { name: 'delivery-percentiles', title: 'What the delivery time of half, of 95 and of 99 of a hundred batches is made of, in seconds', width: '100', drawn: 'table', query: loadTextContent('../queries/workbook/delivery-percentiles.kql') }
  { name: 'events-per-hour', title: 'Events per hour', width: '50', drawn: 'barchart', query: loadTextContent('../queries/workbook/events-per-hour.kql') }
  { name: 'requests', title: 'Requests throttled, refused or failed', width: '50', drawn: 'barchart', query: loadTextContent('../queries/workbook/requests.kql') }
  { name: 'destinations', title: 'Destinations', width: '100', drawn: 'table', query: loadTextContent('../queries/workbook/destinations.kql') }
  { name: 'queues', title: 'Messages in the queues', width: '50', drawn: 'timechart', query: loadTextContent('../queries/workbook/queues.kql') }
  { name: 'queue-age', title: 'Age of the oldest message, in seconds', width: '50', drawn: 'timechart', query: loadTextContent('../queries/workbook/queue-age.kql') }
  { name: 'dead-letters', title: 'Events given up on', width: '100', drawn: 'barchart', query: loadTextContent('../queries/workbook/dead-letters.kql') }
  { name: 'problems', title: 'Warnings and errors', width: '100', drawn: 'table', query: loadTextContent('../queries/workbook/problems.kql') }
  { name: 'exceptions', title: 'Exceptions', width: '100', drawn: 'table', query: loadTextContent('../queries/workbook/exceptions.kql') }
]
var source = [
  { name: 'source-delivery-parts', title: 'Delivery time in seconds, of half of the batches', width: '50', drawn: 'barchart', query: loadTextContent('../queries/workbook/source-delivery-parts.kql') }
  { name: 'source-deliveries', title: 'Events by what became of them', width: '50', drawn: 'timechart', query: loadTextContent('../queries/workbook/source-deliveries.kql') }
  { name: 'source-requests', title: 'Requests by what came of them', width: '50', drawn: 'barchart', query: loadTextContent('../queries/workbook/source-requests.kql') }
  { name: 'source-states', title: 'Changes of state', width: '50', drawn: 'table', query: loadTextContent('../queries/workbook/source-states.kql') }
  { name: 'source-processors', title: 'Events that processors left out', width: '100', drawn: 'barchart', query: loadTextContent('../queries/workbook/source-processors.kql') }
  { name: 'source-problems', title: 'Warnings and errors', width: '100', drawn: 'table', query: loadTextContent('../queries/workbook/source-problems.kql') }
  { name: 'source-batches', title: 'Batches that were delivered', width: '100', drawn: 'table', query: loadTextContent('../queries/workbook/source-batches.kql') }
  { name: 'source-runs', title: 'Runs', width: '100', drawn: 'table', query: loadTextContent('../queries/workbook/source-runs.kql') }
  { name: 'source-trace', title: 'The latest trace', width: '100', drawn: 'table', query: loadTextContent('../queries/workbook/source-trace.kql') }
]

var cost = [
  { name: 'cost', title: 'Cost in dollars, estimated', width: '100', drawn: 'table', query: loadTextContent('../queries/workbook/cost.kql') }
]

// What Azure counts itself and bills by: the estimate can be held against it.
var counted = [
  {
    name: 'counted-transactions'
    title: 'Storage transactions'
    resourceType: 'microsoft.storage/storageaccounts'
    resourceId: storageAccountId
    metric: 'microsoft.storage/storageaccounts-Transaction-Transactions'
  }
  {
    name: 'counted-executions'
    title: 'Executions'
    resourceType: 'microsoft.web/sites'
    resourceId: functionAppId
    metric: 'microsoft.web/sites--OnDemandFunctionExecutionCount'
  }
  {
    name: 'counted-memory'
    title: 'Memory times time in MB-milliseconds: 1,024,000 are a gigabyte-second'
    resourceType: 'microsoft.web/sites'
    resourceId: functionAppId
    metric: 'microsoft.web/sites--OnDemandFunctionExecutionUnits'
  }
]

// To begin with. They differ by region and change: put in those of the price list.
var prices = [
  { name: 'TablePrice', label: 'Dollars for 10,000 transactions of tables', value: '0.00036' }
  { name: 'QueuePrice', label: 'Dollars for 10,000 transactions of queues', value: '0.004' }
  { name: 'ExecutionPrice', label: 'Dollars for a million executions', value: '0.40' }
  { name: 'GigabytePrice', label: 'Dollars for a gigabyte of logs and metrics', value: '2.30' }
]

var tabs = {
  type: 11
  name: 'tabs'
  content: {
    version: 'LinkItem/1.0'
    style: 'tabs'
    links: map(['Fleet', 'Source', 'Cost'], tab => {
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
        crossComponentResources: [
          workspaceId
        ]
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

var priceChoice = {
  type: 9
  name: 'prices'
  conditionalVisibility: {
    parameterName: 'Tab'
    comparison: 'isEqualTo'
    value: 'Cost'
  }
  content: {
    version: 'KqlParameterItem/1.0'
    style: 'pills'
    queryType: 0
    resourceType: logs
    parameters: map(prices, price => {
      id: guid('parameter', price.name)
      version: 'KqlParameterItem/1.0'
      name: price.name
      label: price.label
      type: 1
      isRequired: true
      value: price.value
    })
  }
}

// The state of a source or destination gets a sign: 4 is red, 2 is yellow.
var signs = {
  formatters: [
    {
      columnMatch: '^State$'
      formatter: 18
      formatOptions: {
        thresholdsOptions: 'icons'
        thresholdsGrid: concat(
          map(['Failing', 'Refused', 'Overdue', 'BadRow', 'NoRow'], state => {
            operator: '=='
            thresholdValue: state
            representation: '4'
            text: '{0}'
          }),
          map(['Silent', 'Blocked', 'Throttled', 'BackedOff'], state => {
            operator: '=='
            thresholdValue: state
            representation: '2'
            text: '{0}'
          }),
          [
            {
              operator: 'Default'
              representation: 'success'
              text: '{0}'
            }
          ]
        )
      }
    }
  ]
}

var parts = concat(
  map(fleet, part => union(part, { tab: 'Fleet' })),
  map(source, part => union(part, { tab: 'Source' })),
  map(cost, part => union(part, { tab: 'Cost' }))
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
      priceChoice
    ],
    map(parts, item => {
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
        crossComponentResources: [
          workspaceId
        ]
        timeContext: {
          durationMs: 86400000
        }
        timeContextFromParameter: 'TimeRange'
        showExportToExcel: true
        gridSettings: signs
      }
    }),
    map(counted, chart => {
      type: 10
      name: chart.name
      customWidth: '33'
      conditionalVisibility: {
        parameterName: 'Tab'
        comparison: 'isEqualTo'
        value: 'Cost'
      }
      content: {
        chartId: chart.name
        version: 'MetricsItem/2.0'
        title: chart.title
        size: 1
        chartType: 2
        resourceType: chart.resourceType
        metricScope: 0
        resourceIds: [
          chart.resourceId
        ]
        timeContext: {
          durationMs: 86400000
        }
        timeContextFromParameter: 'TimeRange'
        metrics: [
          {
            namespace: chart.resourceType
            metric: chart.metric
            aggregation: 1
          }
        ]
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
