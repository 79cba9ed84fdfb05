namespace AuditFunctions.Operations.Doctor.Findings;

/// <summary>Command lines of the Azure CLI, for a POSIX shell.</summary>
internal static class AzureCommands
{
    /// <summary>Gives somebody a role.</summary>
    /// <param name="role">The built-in role's name.</param>
    /// <param name="caller">Who; a place to fill in when unknown.</param>
    /// <param name="scope">The id of the resource, or a command that prints it.</param>
    public static string GiveRole(string role, Caller? caller, string scope) =>
        $"az role assignment create --role \"{role}\" --assignee {caller?.ObjectId ?? "<object id>"} --scope {scope}";

    /// <summary>Prints the id of a storage account.</summary>
    public static string IdOfAccount(string account) => $"\"$(az storage account show --name {account} --query id --output tsv)\"";

    /// <summary>Prints the id of a vault.</summary>
    public static string IdOfVault(string vault) => $"\"$(az keyvault show --name {vault} --query id --output tsv)\"";

    /// <summary>Prints the id of a data collection rule.</summary>
    public static string IdOfRule(string immutableId) => $"\"$(az monitor data-collection rule list --query \"[?immutableId=='{immutableId}'].id\" --output tsv)\"";

    /// <summary>Text as one word of a command line.</summary>
    public static string Word(string text) =>
        text.Length > 0 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '/') ? text : $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
