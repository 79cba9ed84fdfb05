using System.Runtime.CompilerServices;
using AuditFunctions.Operations.Doctor.Checks;
using AuditFunctions.Operations.Doctor.Findings;
using AuditFunctions.Pipeline.Shipping;
using AuditFunctions.Sources;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace AuditFunctions.Operations.Doctor;

/// <summary>What a check found.</summary>
/// <param name="Check">The check in one word: identity, tables, queues, blobs, vault, messages, secrets, sources, subjects, destinations, state, poison, dead-letters or clock.</param>
/// <param name="Finding">What it found.</param>
public sealed record Diagnosis(string Check, Finding Finding);

/// <summary>Examines an installation: storage, secrets, sources, destinations, state and clock. Changes nothing.</summary>
public sealed class InstallationDoctor(IConfiguration settings, TimeProvider time)
{
    /// <summary>Examines it; findings come in the order of the checks, each as soon as it is known.</summary>
    /// <param name="wanted">What is to be examined.</param>
    /// <param name="timeout">How long a look at one thing may take.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="Hosting.OperationException">The connection string cannot be used, or a source or destination that is wanted does not exist.</exception>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">A setting has no allowed value.</exception>
    public async IAsyncEnumerable<Diagnosis> ExamineAsync(Wanted wanted, TimeSpan timeout, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var clocks = new Clocks(time);
        await using var installation = Installation.Open(settings, time, services => NoteClocks(services, clocks));
        var runner = new CheckRunner(new Examination(installation, wanted, clocks, time), timeout);
        await foreach (var (check, finding) in runner.RunAsync(cancellationToken))
        {
            yield return new Diagnosis(check.Name, finding);
        }
    }

    private void NoteClocks(IServiceCollection services, Clocks clocks)
    {
        foreach (var client in new[] { VendorNetworks.ClientName, DestinationClient.ClientName })
        {
            services.AddHttpClient(client).AddHttpMessageHandler(() => new ClockNotes(clocks, time));
        }
    }
}
