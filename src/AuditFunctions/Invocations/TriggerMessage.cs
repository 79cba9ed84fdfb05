using System.Globalization;
using Microsoft.Azure.Functions.Worker;

namespace AuditFunctions.Invocations;

/// <summary>
/// What a queue trigger says of its message
/// (https://learn.microsoft.com/azure/azure-functions/functions-bindings-storage-queue-trigger, read 2026-11-26).
/// </summary>
/// <param name="Id">The message's id.</param>
/// <param name="Receipt">The receipt that the host took it with.</param>
/// <param name="Tries">How often it was taken.</param>
internal sealed record TriggerMessage(string Id, string Receipt, long Tries)
{
    /// <summary>Reads it; null when the trigger is no queue.</summary>
    public static TriggerMessage? Of(FunctionContext context)
    {
        var data = context.BindingContext.BindingData;
        var tries = long.TryParse(Text(data, "DequeueCount"), CultureInfo.InvariantCulture, out var count) ? count : 1;
        return Text(data, "Id") is { } id && Text(data, "PopReceipt") is { } receipt ? new TriggerMessage(id, receipt, tries) : null;
    }

    private static string? Text(IReadOnlyDictionary<string, object?> data, string name) => data.GetValueOrDefault(name) as string;
}
