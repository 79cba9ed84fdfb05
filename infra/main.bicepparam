using 'main.bicep'

// All others have defaults: see docs/deploying.md.

param prefix = 'audit'

param tags = {
  workload: 'auditfunctions'
}

// Standard_ZRS where the region has several data centres.
param storageSku = 'Standard_LRS'

// Who is told when something is wrong, such as ['soc@example.com'].
param alertEmails = []

// true: storage and vault have no public address.
param privateNetwork = false

// The workspace that Microsoft Sentinel reads, when events go there:
// '/subscriptions/<id>/resourceGroups/<name>/providers/Microsoft.OperationalInsights/workspaces/<name>'
param sentinelWorkspaceId = ''
