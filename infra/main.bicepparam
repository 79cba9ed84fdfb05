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

// Messages are signed with a key that is made in the vault.
param signMessages = true

// true: a secret goes only to the hosts that its tag allowedHosts names. See docs/security.md.
param requireHosts = false

// true: storage and vault have no public address.
param privateNetwork = false

// The workspace that Microsoft Sentinel reads, when events go there:
// '/subscriptions/<id>/resourceGroups/<name>/providers/Microsoft.OperationalInsights/workspaces/<name>'
param sentinelWorkspaceId = ''
