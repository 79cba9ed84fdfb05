using AuditFunctions.Hosting;
using AuditFunctions.Operations.Doctor.Findings;
using AuditFunctions.Operations.Doctor.Storage;
using AuditFunctions.Pipeline.Storage.Account;
using Azure;

namespace AuditFunctions.Operations.Doctor.Checks;

/// <summary>A look at one service of storage: whether it answers, lets us read and write, and holds what it must.</summary>
/// <param name="service">The service.</param>
/// <param name="on">The examination.</param>
/// <param name="things">What it must hold.</param>
/// <param name="writeAsync">
/// A request that needs the right to write and changes a thing that is not there: refused without the right, answered 404 with it. Nothing is left behind.
/// </param>
internal sealed class ServiceLook(StorageService service, Examination on, IReadOnlyList<ProbedThing> things, Func<CancellationToken, Task> writeAsync)
{
    /// <summary>The look.</summary>
    public Look Look => new(service.Where, FindAsync);

    private async Task<IReadOnlyList<Finding>> FindAsync(CancellationToken cancellationToken)
    {
        var missing = new List<string>();
        foreach (var thing in things)
        {
            try
            {
                await on.Clocks.TimedAsync(thing.Uri, () => thing.ReadAsync(cancellationToken), answer => answer);
            }
            catch (RequestFailedException exception) when (StorageMeaning.IsMissing(exception))
            {
                missing.Add(thing.Name);
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested && StorageFailure.IsStorage(exception))
            {
                // The others would say the same.
                return [StorageMeaning.Of(service, $"reading '{thing.Name}'", on.Access, exception)];
            }
        }

        var findings = missing.ConvertAll(OfMissing);
        if (missing.Count < things.Count && await WriteAsync(cancellationToken) is { } refused)
        {
            findings.Add(refused);
        }

        return findings.Count > 0 ? findings : [Finding.Ok(service.Where, $"can be read and written; {string.Join(", ", things.Select(thing => thing.Name))} are there")];
    }

    private async Task<Finding?> WriteAsync(CancellationToken cancellationToken)
    {
        try
        {
            await writeAsync(cancellationToken);
            return null;
        }
        catch (RequestFailedException exception) when (exception.Status is 400 or 404)
        {
            // Let in. Some versions of the service look at the form of a receipt before they look for its message.
            return null;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested && StorageFailure.IsStorage(exception))
        {
            return StorageMeaning.Of(service, "writing", on.Access, exception);
        }
    }

    private Finding OfMissing(string name)
    {
        var noun = service.Word == "blob" ? "container" : service.Word;
        return Finding.Problem(
            service.Where,
            $"{noun} '{name}' is missing",
            "The app and 'auditfn run' create what is missing when they start, and 'auditfn apply' does before it writes. Check the account and Storage__Prefix if there should be an installation.",
            $"az storage {noun} create --name {name} {on.Access.CliOptions}");
    }
}
