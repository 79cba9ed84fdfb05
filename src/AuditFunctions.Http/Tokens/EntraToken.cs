using Azure.Core;

namespace AuditFunctions.Http.Tokens;

/// <summary>An access token of Microsoft Entra that a destination needs, and who asks for it.</summary>
/// <param name="Scope">What it is for, such as <c>https://monitor.azure.com/.default</c>.</param>
/// <param name="ClientId">Client id of a user-assigned identity; null for the app's own.</param>
public sealed record EntraToken(string Scope, string? ClientId)
{
    /// <summary>Where a delivery finds the token among its secrets; no column can be named like that.</summary>
    public const string Key = "(entra token)";
}

/// <summary>The identity that asks for tokens: managed in Azure, the developer's own on a desk.</summary>
/// <param name="clientId">Client id of a user-assigned identity; null for the app's own.</param>
public delegate TokenCredential EntraCredentials(string? clientId);
