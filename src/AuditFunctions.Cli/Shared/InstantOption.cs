using System.CommandLine;
using AuditFunctions.Configuration;

namespace AuditFunctions.Cli.Shared;

/// <summary>An option that takes an instant, such as <c>2026-01-01T00:00:00Z</c>; UTC when no zone is given.</summary>
internal static class InstantOption
{
    /// <summary>The option. Anything else there is a wrong command line.</summary>
    public static Option<DateTimeOffset?> Of(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "instant",
        CustomParser = result =>
        {
            if (Instants.TryRead(result.Tokens[0].Value, out var instant))
            {
                return instant;
            }

            result.AddError($"{name}: '{result.Tokens[0].Value}' is no instant; write one such as 2026-01-01T00:00:00Z.");
            return null;
        },
    };
}
