using AuditFunctions.Operations.Doctor.Findings;
using AuditFunctions.Pipeline.Storage.Account;
using Microsoft.Extensions.Options;

namespace AuditFunctions.Operations.Doctor.Storage;

/// <summary>How a request proves who we are.</summary>
internal enum StorageProof
{
    /// <summary>A token of Entra.</summary>
    Entra,

    /// <summary>The account's key, in a connection string.</summary>
    Key,

    /// <summary>A shared access signature, in a connection string.</summary>
    Signature,
}

/// <summary>How the storage account is reached.</summary>
/// <param name="Account">The account's name.</param>
/// <param name="Proof">How requests prove who we are.</param>
/// <param name="Caller">Who signed in, if that is known.</param>
internal sealed record StorageAccess(string Account, StorageProof Proof, Caller? Caller)
{
    /// <summary>What the Azure CLI needs to know to reach the same account.</summary>
    public string CliOptions => Proof == StorageProof.Entra ? $"--account-name {Account} --auth-mode login" : "--connection-string \"$AzureWebJobsStorage\"";

    /// <summary>How an installation's account is reached.</summary>
    public static StorageAccess Of(Installation installation, Caller? caller)
    {
        var connection = installation.Get<IOptions<StorageOptions>>().Value.ConnectionString;
        var proof = string.IsNullOrWhiteSpace(connection) ? StorageProof.Entra
            : connection.Contains("SharedAccessSignature=", StringComparison.OrdinalIgnoreCase) ? StorageProof.Signature
            : StorageProof.Key;
        return new StorageAccess(installation.Storage.Name, proof, caller);
    }
}

/// <summary>One of the account's services.</summary>
/// <param name="Word">table, queue or blob.</param>
/// <param name="Holds">What it holds: tables, queues or containers.</param>
/// <param name="Uri">Its address.</param>
/// <param name="Role">The built-in role that reads and writes it.</param>
internal sealed record StorageService(string Word, string Holds, Uri Uri, string Role)
{
    /// <summary>For people.</summary>
    public string Where => $"{Holds} at {Uri.Authority}";

    /// <summary>The three of an account.</summary>
    public static StorageService Table(StorageAccount storage) => new("table", "tables", storage.TableService, "Storage Table Data Contributor");

    /// <inheritdoc cref="Table"/>
    public static StorageService Queue(StorageAccount storage) => new("queue", "queues", storage.QueueService, "Storage Queue Data Contributor");

    /// <inheritdoc cref="Table"/>
    public static StorageService Blob(StorageAccount storage) => new("blob", "containers", storage.BlobService, "Storage Blob Data Contributor");
}
