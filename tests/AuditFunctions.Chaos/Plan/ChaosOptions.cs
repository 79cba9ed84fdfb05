using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace AuditFunctions.Chaos.Plan;

/// <summary>What a chaos run is to do.</summary>
public sealed record ChaosOptions
{
    /// <summary>How long events are published and everything fails; then both stop and the rest is delivered. Default 2.</summary>
    public double Minutes { get; init; } = 2;

    /// <summary>Whether it is long enough to meet every fault on any machine: what a shorter run meets depends on how busy the machine is.</summary>
    public bool MeetsEverything => Minutes >= 2;

    /// <summary>All chance comes from it. Default: a fresh one.</summary>
    public int Seed { get; init; } = RandomNumberGenerator.GetInt32(int.MaxValue);

    /// <summary>Processes, 2 to 4. Default: the seed decides.</summary>
    public int? Children { get; init; }

    /// <summary>Folder for logs and bodies; kept when the run fails. Default: one below the temporary folder.</summary>
    public string? Evidence { get; init; }

    /// <summary>How long the rest may take to arrive after the faults have stopped; it must never stand still meanwhile.</summary>
    public TimeSpan Patience => TimeSpan.FromMinutes(5 + (Minutes / 3));

    /// <summary>A generator of an actor's own, so that one actor's chances do not depend on how often another one draws.</summary>
    public Random RandomOf(string actor) =>
        new(BitConverter.ToInt32(SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Seed}/{actor}")))));

    /// <summary>Reads a command line.</summary>
    /// <returns>What is wrong with it, or null.</returns>
    public static string? TryParse(IReadOnlyList<string> arguments, out ChaosOptions options)
    {
        options = new ChaosOptions();
        for (var at = 0; at < arguments.Count; at += 2)
        {
            var value = at + 1 < arguments.Count ? arguments[at + 1] : "";
            switch (arguments[at])
            {
                case "--minutes" when double.TryParse(value, CultureInfo.InvariantCulture, out var minutes) && minutes is > 0 and <= 1440:
                    options = options with { Minutes = minutes };
                    break;
                case "--seed" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var seed):
                    options = options with { Seed = seed };
                    break;
                case "--children" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var children) && children is >= 2 and <= 4:
                    options = options with { Children = children };
                    break;
                case "--evidence" when value.Length > 0:
                    options = options with { Evidence = value };
                    break;
                default:
                    return $"'{arguments[at]} {value}' is not understood.";
            }
        }

        return null;
    }
}
